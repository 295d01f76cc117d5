/**
 * A local Runware service: REST and WebSocket, schemas and media, on one port. It keeps state as the real one does, and
 * says afterwards what happened.
 *
 * @since 0.1.0
 */
import type { ExampleRequest, SchemaMap } from "@effect-runware/schemas"
import { bundledRegistry } from "@effect-runware/schemas/registry"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fromSchemaMap } from "./Catalog.ts"
import * as Host from "./Host.ts"
import { makeExamples } from "./internal/content/examples.ts"
import { makeLibrary } from "./internal/content/library.ts"
import { makeContentRoutes, type ContentRoutes } from "./internal/content/routes.ts"
import { makeCourier, type Courier } from "./internal/courier.ts"
import { makeDocuments } from "./internal/documents.ts"
import type { Exposure } from "./internal/exposure.ts"
import { makeIntake, type Intake } from "./internal/intake.ts"
import { listen } from "./internal/listen.ts"
import { makeGallery } from "./internal/rendering/gallery.ts"
import { makeRequests, type Requests } from "./internal/requests.ts"
import { makeScripts } from "./internal/scripts.ts"
import { makeSockets, type Sockets } from "./internal/sockets.ts"
import type { ListenError } from "./ListenError.ts"
import { makeStep } from "./Machine.ts"
import { encodeReply } from "./Media.ts"
import type { RequestEntry } from "./RequestEntry.ts"
import type { ScriptedResponse } from "./Script.ts"
import { initial, storedMedia } from "./State.ts"
import type { TaskRecord } from "./TaskRecord.ts"
import type { Switches } from "./Switches.ts"

/**
 * The key that every emulator knows unless told otherwise. It opens nothing else.
 *
 * @since 0.1.0
 * @category constants
 */
export const testApiKey = "rw_emulator_test_key"

/**
 * How to start an emulator. Everything has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface EmulatorOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number | undefined
  /** `127.0.0.1` unless stated: reachable from this machine only. */
  readonly host?: string | undefined
  /** Multiplies how long tasks take: 1 is lifelike, 0, the default, finishes them at once. */
  readonly timeScale?: number | undefined
  /** Decides seeds, durations and identifiers. The same seed and the same requests give the same results. */
  readonly seed?: string | number | undefined
  /** The key of the account; {@link testApiKey} unless stated. */
  readonly apiKey?: string | undefined
  /** US dollars on the account: 1000 unless stated. */
  readonly balance?: number | undefined
  /** More keys, each with its balance in US dollars. */
  readonly otherKeys?: Readonly<Record<string, number>> | undefined
  /**
   * Community models and what they are made of, by AIR: `{ "civitai:4711@815": "sdxl" }`. Their tasks are checked as those
   * of that architecture, modality or operation; of other community models only the modality is known.
   */
  readonly communityModels?: Readonly<Record<string, string>> | undefined
  /** Models, by AIR or slug, that `modelSearch` calls favorites: the service has no task that says so. */
  readonly favoriteModels?: ReadonlyArray<string> | undefined
  /** Milliseconds for which results stay readable: one hour unless stated. */
  readonly retention?: number | undefined
  readonly switches?: Partial<Switches> | undefined
  /** Told about each request that was answered. */
  readonly onRequest?: ((entry: RequestEntry) => void) | undefined
}

/**
 * Counts since the emulator started.
 *
 * @since 0.1.0
 * @category models
 */
export interface EmulatorStats {
  /** Submissions over HTTP. */
  readonly requests: number
  /** Frames from clients. */
  readonly frames: number
  readonly openSockets: number
  readonly tasksAccepted: number
  /** Tasks of which at least one generation was paid for. */
  readonly tasksBilled: number
  /** US dollars. */
  readonly amountBilled: number
  /** Webhooks and uploads that their receiver took. */
  readonly delivered: number
  /** Webhooks and uploads that were given up, after five attempts each. */
  readonly undelivered: number
  /** US dollars left on the account of `apiKey`. */
  readonly balance: number
}

/**
 * An emulator that runs.
 *
 * @since 0.1.0
 * @category models
 */
export interface EmulatorService {
  /** `http://127.0.0.1:PORT`. REST is at `/v1`, and so is WebSocket. */
  readonly url: string
  readonly apiKey: string
  readonly stats: Effect.Effect<EmulatorStats>
  /** A task as the service remembers it. */
  readonly task: (taskUUID: string) => Effect.Effect<Option.Option<TaskRecord>>
  /** Answers the next matching request by script. Scripts are used in the order in which they were given. */
  readonly respondNext: (script: ScriptedResponse) => Effect.Effect<void>
  /** Cuts every socket without a closing handshake, and says how many there were. */
  readonly dropSockets: Effect.Effect<number>
  /** Closes every socket with a code, and says how many there were. */
  readonly closeSockets: (code: number, reason?: string) => Effect.Effect<number>
  readonly switches: Effect.Effect<Switches>
  /** Changes some switches, from the next command on. */
  readonly configure: (switches: Partial<Switches>) => Effect.Effect<void>
}

/**
 * The emulator as a service.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Emulator from "@effect-runware/emulator/Emulator"
 *
 * const program = Effect.gen(function* () {
 *   const { apiKey, url } = yield* Emulator.Emulator
 *   console.log(url, apiKey)
 * }).pipe(Effect.provide(Emulator.layer({ timeScale: 0.1 })))
 *
 * @since 0.1.0
 * @category services
 */
export class Emulator extends Context.Service<Emulator, EmulatorService>()("@effect-runware/emulator/Emulator") {}

const dollars = (millionths: number): number => millionths / 1_000_000
const galleryCapacity = { outputs: 64, bytes: 256 * 1024 * 1024 }

/**
 * Starts an emulator that ends with the scope, open sockets or not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: EmulatorOptions = {}): Effect.Effect<EmulatorService, ListenError, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const { apiKey = testApiKey, balance = 1000, host = "127.0.0.1", port = 0 } = options
    const schemaMapText = readSnapshot("schema-map.json")
    const registry = bundledRegistry()
    // The snapshot is our own file; its shape is checked where it is made.
    const catalog = fromSchemaMap(JSON.parse(schemaMapText) as SchemaMap, registry, options.communityModels)
    const gallery = makeGallery(galleryCapacity)
    const scripts = makeScripts()
    let origin = ""

    const running: Host.Host = yield* Host.make({
      step: makeStep(catalog),
      initial: initial({
        keys: { ...options.otherKeys, [apiKey]: balance },
        seed: options.seed ?? 0,
        startedAt: clock.currentTimeMillisUnsafe(),
        ...(options.timeScale === undefined ? {} : { timeScale: options.timeScale }),
        ...(options.favoriteModels === undefined ? {} : { favoriteModels: options.favoriteModels }),
        switches: options.switches,
        ...(options.retention === undefined ? {} : { retention: options.retention })
      }),
      perform: (event) => {
        switch (event._tag) {
          case "HttpReply":
          case "StreamPart":
            return requests.reply(event)
          case "SendOutside":
            return courier.send(event)
          case "CheckDownload":
            return intake.check(event)
          case "TakeMedia":
            return intake.take(event)
          default:
            return sockets.perform(event)
        }
      }
    })
    const exposure: Exposure = {
      dispatch: running.dispatch,
      encode: (payload) =>
        encodeReply(payload, origin, async (media) => Buffer.from(await gallery.bytes(media)).toString("base64")),
      onRequest: options.onRequest ?? (() => undefined)
    }
    const media = (uuid: string) => storedMedia(running.state(), uuid, clock.currentTimeMillisUnsafe())
    let routes: ContentRoutes | undefined
    const content: ContentRoutes = (path, query) => {
      // Made when first asked for: most runs never browse.
      routes ??= makeContentRoutes(
        makeLibrary(registry, catalog),
        makeExamples(catalog, () => JSON.parse(readSnapshot("examples.json")) as ReadonlyArray<ExampleRequest>),
        () => origin
      )
      return routes(path, query)
    }
    const documents = makeDocuments({ registry, schemaMap: schemaMapText, catalog, content, gallery, media })
    const requests: Requests = makeRequests(exposure, documents, scripts)
    const sockets: Sockets = makeSockets(exposure)
    const courier: Courier = makeCourier(exposure, gallery.bytes)
    const intake: Intake = makeIntake(exposure, gallery.bytes)
    yield* Effect.addFinalizer(() => Effect.sync(() => [courier, intake].forEach((each) => each.close())))
    const boundPort = yield* listen({ host, port }, requests, sockets)
    origin = `http://${host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host}:${boundPort}`
    running.dispatch({ _tag: "Located", origin })

    return {
      url: origin,
      apiKey,
      stats: Effect.sync(() => {
        const { accounts, totals } = running.state()
        const account = Option.getOrUndefined(HashMap.get(accounts, apiKey))
        return {
          requests: requests.count(),
          frames: sockets.frames(),
          openSockets: sockets.open(),
          tasksAccepted: totals.tasksAccepted,
          tasksBilled: totals.tasksBilled,
          amountBilled: dollars(totals.amountBilled),
          delivered: totals.delivered,
          undelivered: totals.undelivered,
          balance: dollars(account?.balance ?? 0)
        }
      }),
      task: (taskUUID) => Effect.sync(() => HashMap.get(running.state().tasks, taskUUID)),
      respondNext: (script) => Effect.sync(() => scripts.add(script)),
      dropSockets: Effect.sync(() => sockets.drop()),
      closeSockets: (code, reason = "") => Effect.sync(() => sockets.close(code, reason)),
      switches: Effect.sync(() => running.state().switches),
      configure: (switches) => Effect.sync(() => running.dispatch({ _tag: "Configure", switches }))
    }
  })

/**
 * An emulator for as long as the layer lives.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: EmulatorOptions = {}): Layer.Layer<Emulator, ListenError> =>
  Layer.effect(Emulator, make(options))

const readSnapshot = (file: string): string =>
  readFileSync(createRequire(import.meta.url).resolve(`@effect-runware/schemas/${file}`), "utf8")
