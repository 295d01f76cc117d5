/**
 * The emulator for programs that use Promises: start it, use it, close it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { make, type EmulatorOptions, type EmulatorStats } from "./Emulator.ts"
import type { ScriptedResponse } from "./Script.ts"
import type { TaskRecord } from "./TaskRecord.ts"
import type { Switches } from "./Switches.ts"

/**
 * An emulator that runs until it is closed.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunningEmulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. REST is at `/v1`, and so is WebSocket. */
  readonly url: string
  readonly apiKey: string
  readonly stats: () => EmulatorStats
  /** A task as the service remembers it; `undefined` when it knows none. */
  readonly task: (taskUUID: string) => TaskRecord | undefined
  /** Answers the next matching request by script. Scripts are used in the order in which they were given. */
  readonly respondNext: (script: ScriptedResponse) => void
  /** Cuts every socket without a closing handshake, and says how many there were. */
  readonly dropSockets: () => number
  /** Closes every socket with a code, and says how many there were. */
  readonly closeSockets: (code: number, reason?: string) => number
  readonly switches: () => Switches
  /** Changes some switches, from the next command on. */
  readonly configure: (switches: Partial<Switches>) => void
  /** Ends the emulator and every connection to it. */
  readonly close: () => Promise<void>
}

/**
 * Starts an emulator. Rejects with a `ListenError` when the port can't be had.
 *
 * @example
 * import { startEmulator } from "@effect-runware/emulator"
 *
 * await using emulator = await startEmulator()
 * const response = await fetch(`${emulator.url}/registry.json`)
 *
 * @since 0.1.0
 * @category constructors
 */
export const startEmulator = async (options: EmulatorOptions = {}): Promise<RunningEmulator> => {
  const scope = Effect.runSync(Scope.make())
  const close = (): Promise<void> => Effect.runPromise(Scope.close(scope, Exit.void))
  const service = await Effect.runPromise(Scope.provide(make(options), scope)).catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    url: service.url,
    apiKey: service.apiKey,
    stats: () => Effect.runSync(service.stats),
    task: (taskUUID) => Option.getOrUndefined(Effect.runSync(service.task(taskUUID))),
    respondNext: (script) => Effect.runSync(service.respondNext(script)),
    dropSockets: () => Effect.runSync(service.dropSockets),
    closeSockets: (code, reason) => Effect.runSync(service.closeSockets(code, reason)),
    switches: () => Effect.runSync(service.switches),
    configure: (switches) => Effect.runSync(service.configure(switches)),
    close,
    [Symbol.asyncDispose]: close
  }
}
