/**
 * The service in memory for programs that use Promises, in real time: a `fetch` and a `WebSocket` that lead to it and to
 * nowhere else.
 *
 * @since 0.1.0
 */
import type { TaskRecord } from "@effect-runware/emulator/TaskRecord"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import type { Fault, Where } from "./Fault.ts"
import { fetchOf } from "./internal/platform.ts"
import type { SocketEvent } from "./internal/sockets.ts"
import { make, type Options, type Stats } from "./SimulatedService.ts"

/**
 * A WebSocket to the service.
 *
 * @since 0.1.0
 * @category models
 */
export interface ServiceWebSocket {
  readonly readyState: number
  addEventListener(type: "open" | "message" | "error" | "close", listener: (event: SocketEvent) => void): void
  removeEventListener(type: "open" | "message" | "error" | "close", listener: (event: SocketEvent) => void): void
  send(data: string): void
  close(code?: number, reason?: string): void
}

/**
 * A service that runs until it is closed.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunningService {
  readonly url: string
  readonly apiKey: string
  /** What a client takes from its runtime: give it as its `dependencies`. */
  readonly dependencies: {
    readonly fetch: (input: URL | string, init?: RequestInit) => Promise<Response>
    readonly WebSocket: new (url: string, protocols?: string | Array<string>) => ServiceWebSocket
  }
  readonly stats: () => Stats
  /** A task as the service remembers it; `undefined` when it knows none. */
  readonly task: (taskUUID: string) => TaskRecord | undefined
  /** Lets a fault strike the next message, or those that `where` says. */
  readonly inject: (fault: Fault, where?: Where) => void
  /** Breaks every socket without a closing handshake, and says how many there were. */
  readonly dropSockets: () => number
  /** Ends the service. What waits for it then waits for ever. */
  readonly close: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * Starts a service whose tasks are done at once, unless `timeScale` says otherwise.
 *
 * @example
 * import { startSimulatedService } from "@effect-runware/testing"
 *
 * await using service = await startSimulatedService()
 * const response = await service.dependencies.fetch(`${service.url}/registry.json`)
 *
 * @since 0.1.0
 * @category constructors
 */
export const startSimulatedService = async (options?: Options): Promise<RunningService> => {
  const scope = Effect.runSync(Scope.make())
  const { controls, requests, sockets } = await Effect.runPromise(
    Scope.provide(make({ timeScale: 0, ...options }), scope)
  )
  const close = (): Promise<void> => Effect.runPromise(Scope.close(scope, Exit.void))
  // A constructor that returns an object gives that object to whoever calls it with `new`.
  const WebSocket = function (url: string): ServiceWebSocket {
    return sockets.dial(url)
  } as unknown as RunningService["dependencies"]["WebSocket"]
  return {
    url: controls.url,
    apiKey: controls.apiKey,
    dependencies: { fetch: fetchOf(requests), WebSocket },
    stats: () => Effect.runSync(controls.stats),
    task: (taskUUID) => Option.getOrUndefined(Effect.runSync(controls.task(taskUUID))),
    inject: (fault, where) => Effect.runSync(controls.inject(fault, where)),
    dropSockets: () => Effect.runSync(controls.dropSockets),
    close,
    [Symbol.asyncDispose]: close
  }
}
