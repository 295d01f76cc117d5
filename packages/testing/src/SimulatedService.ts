/**
 * The whole service in memory, on Effect's clock: tasks, sessions, accounts and bills as the emulator has them, reached
 * through an `HttpClient` and a `WebSocketConstructor`, so that the real client runs above it unchanged. Under a TestClock
 * an hour takes a moment; with a seed, everything happens the same way again.
 *
 * @since 0.1.0
 */
import { Runware } from "@effect-runware/core"
import type { Options as ClientOptions } from "@effect-runware/core/RunwareConfig"
import type { RunwareError } from "@effect-runware/core/RunwareError"
import { type Catalog, fromSchemaMap } from "@effect-runware/emulator/Catalog"
import * as Host from "@effect-runware/emulator/Host"
import { makeStep } from "@effect-runware/emulator/Machine"
import { initial, storedMedia, type State } from "@effect-runware/emulator/State"
import type { TaskRecord } from "@effect-runware/emulator/TaskRecord"
import type { Switches } from "@effect-runware/emulator/Switches"
import { bundledRegistry } from "@effect-runware/schemas/registry"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import * as Faults from "./Fault.ts"
import { makeDocuments } from "./internal/documents.ts"
import { takeMedia } from "./internal/intake.ts"
import { loaded } from "./internal/loaded.ts"
import * as Ledger from "./internal/ledger.ts"
import * as Network from "./internal/network.ts"
import { layerPlatform } from "./internal/platform.ts"
import { makeRequests, type Requests } from "./internal/requests.ts"
import { makeSockets, type Sockets } from "./internal/sockets.ts"

export type { Purchase, Write } from "./internal/ledger.ts"
export type { Crossing } from "./internal/network.ts"

/**
 * How to start the service. Everything has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Decides durations, identifiers, seeds and prices. Default 0. */
  readonly seed?: string | number | undefined
  /** Multiplies how long tasks take: 1, the default, is lifelike, 0 finishes them at once. */
  readonly timeScale?: number | undefined
  /** The key of the account. Default {@link testApiKey}. */
  readonly apiKey?: string | undefined
  /** US dollars on the account. Default 1000. */
  readonly balance?: number | undefined
  /** The service's disputed habits: see the emulator's `Switches`. */
  readonly switches?: Partial<Switches> | undefined
  /**
   * What becomes of a task whose taskUUID was used before: always refused, as far as anyone knows, or only while the
   * first runs, which nobody has excluded. Default `refused`.
   */
  readonly duplicates?: "refused" | "refusedWhileRunning" | undefined
  /** Which models there are. Default: those of the bundled registry, with any parameters. */
  readonly catalog?: Catalog | undefined
  /** Milliseconds that each message takes, or a function that says so. Default 1. */
  readonly latency?: number | (() => number) | undefined
  /** Decides about each message before the faults given to `inject` do. */
  readonly faults?: Faults.Faults | undefined
  /** Told what happens, a line each. */
  readonly trace?: ((line: string) => void) | undefined
}

/**
 * Counts since the service started.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stats {
  /** HTTP requests of any kind. */
  readonly requests: number
  /** Sockets that a client has open. */
  readonly openSockets: number
  /** The tasks of the text streams that a client has open. */
  readonly openStreams: ReadonlyArray<string>
  readonly tasksAccepted: number
  /** Tasks of which at least one generation was paid for. */
  readonly tasksBilled: number
  /** US dollars. */
  readonly amountBilled: number
}

/**
 * What a test may do to the service, and ask it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Controls {
  readonly url: string
  readonly apiKey: string
  readonly stats: Effect.Effect<Stats>
  /** A task as the service remembers it. */
  readonly task: (taskUUID: string) => Effect.Effect<Option.Option<TaskRecord>>
  /** Every task that the service knows. */
  readonly tasks: Effect.Effect<ReadonlyArray<TaskRecord>>
  /** Every task that was ever accepted, in order, also those forgotten since. */
  readonly purchases: Effect.Effect<ReadonlyArray<Ledger.Purchase>>
  /** Every utility that stored or deleted something, in order, also those forgotten since. */
  readonly writes: Effect.Effect<ReadonlyArray<Ledger.Write>>
  /** Every message that crossed the network, and its fault. */
  readonly crossings: Effect.Effect<ReadonlyArray<Network.Crossing>>
  /** Lets a fault strike the next message, or those that `where` says. */
  readonly inject: (fault: Faults.Fault, where?: Faults.Where) => Effect.Effect<void>
  /** Breaks every socket without a closing handshake, and says how many there were. */
  readonly dropSockets: Effect.Effect<number>
  /** Closes every socket with a code. */
  readonly closeSockets: (code: number, reason?: string) => Effect.Effect<void>
  /** Stops the service for `downtime` milliseconds. Sessions are lost; tasks too, unless it keeps them. */
  readonly restart: (options: { readonly keepTasks: boolean; readonly downtime?: number }) => Effect.Effect<void>
  /** Refuses the key from now on, and closes the sockets that it opened; or accepts it again. */
  readonly setKeyValid: (isValid: boolean) => Effect.Effect<void>
  /** Changes some switches, from the next message on. */
  readonly configure: (switches: Partial<Switches>) => Effect.Effect<void>
}

/**
 * The service in memory, as a service.
 *
 * @since 0.1.0
 * @category services
 */
export class SimulatedService extends Context.Service<SimulatedService, Controls>()(
  "@effect-runware/testing/SimulatedService"
) {}

/**
 * The key that the service knows unless told otherwise. It opens nothing else.
 *
 * @since 0.1.0
 * @category constants
 */
export const testApiKey = "rw_simulated_test_key"

/**
 * Where the service pretends to be.
 *
 * @since 0.1.0
 * @category constants
 */
export const url = "http://runware.test"

/**
 * Both ends of a running service: what a test sees, and what a platform is made of.
 *
 * @since 0.1.0
 * @category models
 */
export interface Running {
  readonly controls: Controls
  readonly requests: Requests
  readonly sockets: Sockets
}

/**
 * Starts a service that ends with the scope, as {@link layer} does, for platforms of your own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: Options = {}): Effect.fn.Return<Running, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const { apiKey = testApiKey, balance = 1000, latency = 1, trace = () => undefined } = options
  const catalog = options.catalog ?? anyParameters()
  const injected = Faults.queue()
  const ledger = new Ledger.Ledger(makeStep(catalog), options.duplicates ?? "refused")
  const crossings: Array<Network.Crossing> = []
  const now = () => clock.currentTimeMillisUnsafe()
  let downUntil = 0
  let isKeyValid = true

  const network = yield* Network.make({
    faults: (passage) => options.faults?.(passage) ?? injected.decide(passage),
    latency: typeof latency === "number" ? () => latency : latency,
    isDown: () => now() < downUntil,
    onCrossing: (crossing) => {
      crossings.push(crossing)
      trace(`${crossing.at} ${describe(crossing)}`)
    },
    note: (line) => trace(`${now()} ${line}`)
  })

  const host: Host.Host = yield* Host.make({
    step: ledger.step,
    initial: initial({
      keys: { [apiKey]: balance },
      seed: options.seed ?? 0,
      timeScale: options.timeScale ?? 1,
      origin: url,
      switches: options.switches
    }),
    perform: (event) => {
      switch (event._tag) {
        case "HttpReply":
        case "StreamPart":
          return requests.reply(event)
        // There is no network beyond the client's own: whatever is sent there arrives.
        case "SendOutside":
          return dispatch({ _tag: "SentOutside", id: event.id, succeeded: true })
        case "CheckDownload":
          return dispatch({ _tag: "DownloadChecked", taskUUID: event.taskUUID, failure: undefined })
        case "TakeMedia": {
          const outcome = takeMedia(event.source)
          return network.after(network.latency(), () =>
            dispatch({ _tag: "MediaTaken", intakeId: event.intakeId, outcome })
          )
        }
        default:
          return sockets.perform(event)
      }
    }
  })
  const { dispatch } = host
  const requests: Requests = makeRequests({
    network,
    origin: url,
    dispatch,
    documents: makeDocuments({
      registry: bundledRegistry(),
      catalog,
      media: (uuid) => storedMedia(host.state(), uuid, now())
    }),
    authorization: (given) => (isKeyValid ? given : given?.replaceAll(apiKey, revoked))
  })
  const sockets: Sockets = makeSockets({
    network,
    origin: url,
    dispatch,
    rewrite: (frame) => (isKeyValid ? frame : withoutKey(frame, apiKey))
  })

  const restart: Controls["restart"] = ({ downtime = 0, keepTasks }) =>
    Effect.sync(() => {
      network.note(`restart ${keepTasks ? "with" : "without"} its tasks, down for ${downtime} ms`)
      downUntil = now() + downtime
      ledger.replace((state) => restarted(state, keepTasks))
      dispatch({ _tag: "Tick" })
      requests.reset()
      sockets.break()
    })

  const controls: Controls = {
    url,
    apiKey,
    stats: Effect.sync(() => {
      const { amountBilled, tasksAccepted, tasksBilled } = host.state().totals
      return {
        requests: requests.count(),
        openSockets: sockets.open(),
        openStreams: requests.streaming(),
        tasksAccepted,
        tasksBilled,
        amountBilled: amountBilled / 1_000_000
      }
    }),
    task: (taskUUID) => Effect.sync(() => HashMap.get(host.state().tasks, taskUUID)),
    tasks: Effect.sync(() => [...HashMap.values(host.state().tasks)]),
    purchases: Effect.sync(() => [...ledger.purchases]),
    writes: Effect.sync(() => ledger.writes),
    crossings: Effect.sync(() => [...crossings]),
    inject: (fault, where = {}) => Effect.sync(() => injected.add(fault, where)),
    dropSockets: Effect.sync(sockets.break),
    closeSockets: (code, reason = "") => Effect.sync(() => sockets.close(code, reason)),
    restart,
    setKeyValid: (isValid) =>
      Effect.sync(() => {
        isKeyValid = isValid
        network.note(isValid ? "the key is valid again" : "the key is revoked")
        if (!isValid) sockets.close(1008, "key revoked")
      }),
    configure: (switches) => Effect.sync(() => dispatch({ _tag: "Configure", switches }))
  }
  return { controls, requests, sockets }
})

/**
 * The service, and the platform through which a client reaches it.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options?: Options
): Layer.Layer<SimulatedService | HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.unwrap(
    Effect.map(Effect.andThen(loaded, make(options)), ({ controls, requests, sockets }) =>
      Layer.merge(Layer.succeed(SimulatedService, controls), layerPlatform(requests, sockets))
    )
  )

/**
 * A client of the service, and the service to ask about it. Both transports work.
 *
 * ```ts
 * import { Runware } from "@effect-runware/core"
 * import { SimulatedService, VirtualTime } from "@effect-runware/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const service = yield* SimulatedService.SimulatedService
 *   yield* service.inject({ _tag: "Reset", when: "after" }, { step: "submit" })
 *   yield* Runware.run({ model: "runware:101@1", positivePrompt: "fog", width: 512, height: 512 })
 *   return (yield* service.purchases).length // 1: asked, not bought again
 * })
 *
 * program.pipe(Effect.provide(SimulatedService.layerRunware()), VirtualTime.runPromise).then(console.log)
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRunware = (
  options: { readonly client?: ClientOptions; readonly service?: Options } = {}
): Layer.Layer<SimulatedService | Runware.Runware, RunwareError> =>
  Runware.layer({ apiKey: options.service?.apiKey ?? testApiKey, baseUrl: url, ...options.client }).pipe(
    Layer.provideMerge(layer(options.service))
  )

const revoked = "rw_revoked_key"

/** The task that authenticates, as a service that revoked the key reads it. */
const withoutKey = (frame: string, apiKey: string): string => {
  const tasks: unknown = JSON.parse(frame)
  return JSON.stringify(tasks, (name, value: unknown) => (name === "apiKey" && value === apiKey ? revoked : value))
}

let lenient: Catalog | undefined

/** The bundled models with a schema for none of them. */
const anyParameters = (): Catalog =>
  (lenient ??= fromSchemaMap(
    { version: "", architectures: {}, modalities: {}, operations: {}, utilities: [], errors: {}, inference: [] },
    bundledRegistry()
  ))

/** What a restart leaves. Accounts and the promises about tasks outlive it; sessions and requests don't. */
const restarted = (state: State, keepTasks: boolean): State => ({
  ...state,
  sessions: HashMap.empty(),
  sockets: HashMap.empty(),
  exchanges: HashMap.empty(),
  streams: HashMap.empty(),
  ...(keepTasks ? {} : nothingKept)
})

const nothingKept: Partial<State> = {
  tasks: HashMap.empty(),
  utilities: HashMap.empty(),
  answers: HashMap.empty(),
  media: HashMap.empty(),
  intakes: HashMap.empty(),
  uploads: HashMap.empty(),
  models: HashMap.empty()
}

const describe = ({ fault, step, taskUUIDs, transport }: Network.Crossing): string =>
  [transport, step, taskUUIDs.map((uuid) => uuid.slice(-4)).join(","), fault === undefined ? "" : JSON.stringify(fault)]
    .filter((part) => part !== "")
    .join(" ")
