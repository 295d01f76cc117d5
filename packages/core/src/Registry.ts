/**
 * Which task type a model has, and which AIR a slug stands for. The bundled snapshot answers at once and offline; the
 * live registry adds what came after the release.
 *
 * @since 0.1.0
 */
import type { RegistryData } from "@effect-runware/schemas/registry"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { elapsedMillis } from "./internal/elapsed.ts"
import * as Http from "./internal/http.ts"
import { send } from "./internal/sending.ts"
import { snapshot } from "./internal/snapshot.ts"
import { RunwareConfig } from "./RunwareConfig.ts"
import { fromStatus, make as makeError, type RunwareError } from "./RunwareError.ts"
import { log } from "./RunwareLogger.ts"

export type { RegistryData } from "@effect-runware/schemas/registry"

/**
 * A curated model as the registry knows it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Model {
  readonly air: string
  readonly slug: string
  readonly taskType: string
}

/**
 * The registry service. `find` never fails: it gives what is known. `refresh` fetches and fails when it can't.
 *
 * @since 0.1.0
 * @category services
 */
export class Registry extends Context.Service<
  Registry,
  {
    /** The model of an AIR or a slug. */
    readonly find: (model: string) => Effect.Effect<Model | undefined>
    /** What is known now, bundled and live. */
    readonly data: Effect.Effect<RegistryData>
    readonly refresh: Effect.Effect<void, RunwareError>
  }
>()("@effect-runware/core/Registry") {}

/**
 * Whether a model name is an AIR (`provider:model@version`) rather than a slug.
 *
 * @since 0.1.0
 * @category decisions
 */
export const isAir = (model: string): boolean => model.includes(":") && model.includes("@")

/**
 * Looks a model up by AIR, then by slug.
 *
 * @since 0.1.0
 * @category decisions
 */
export const lookUp = (data: RegistryData, model: string): Model | undefined => {
  const air = Object.hasOwn(data.models, model) ? model : slugs(data).get(model)
  const entry = air === undefined ? undefined : data.models[air]
  return air === undefined || entry === undefined ? undefined : { air, slug: entry.id, taskType: entry.taskType }
}

/**
 * Two registries as one; entries of `over` win, also where a slug has moved to another AIR.
 *
 * @since 0.1.0
 * @category combinators
 */
export const merge = (under: RegistryData, over: RegistryData): RegistryData => ({
  version: over.version,
  // Of two models with one slug the later has it, so those of `over` come last, known or not.
  models: Object.fromEntries([
    ...Object.entries(under.models).filter(([air]) => !Object.hasOwn(over.models, air)),
    ...Object.entries(over.models)
  ]),
  architectureTaskTypes: { ...under.architectureTaskTypes, ...over.architectureTaskTypes },
  modalityTaskTypes: { ...under.modalityTaskTypes, ...over.modalityTaskTypes },
  operationTaskTypes: { ...under.operationTaskTypes, ...over.operationTaskTypes }
})

/**
 * Only the snapshot of the pinned release: no network, nothing newer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerBundled: Layer.Layer<Registry> = /* @__PURE__ */ Layer.sync(Registry, () => ({
  find: (model: string) => Effect.map(snapshot, (data) => lookUp(data, model)),
  data: snapshot,
  refresh: Effect.void
}))

/**
 * The service's live registry over the bundled one.
 *
 * A bundled AIR is answered at once. A bundled slug, which the live registry may have given to another model, waits for the
 * first fetch until it is `registryTimeout` old. A name that nobody knows waits as long for any fetch, one in 10 s at most: its
 * model may have come a moment ago. All that wait, wait for the same one. Later fetches run behind look-ups when the data is older
 * than `registryTtl`, and after a failure with a growing pause; they send the `ETag`, and never fail a look-up.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRemote: Layer.Layer<Registry, never, RunwareConfig | HttpClient.HttpClient> =
  /* @__PURE__ */ Layer.effect(
    Registry,
    /* @__PURE__ */ Effect.gen(function* () {
      const settings = yield* RunwareConfig
      const http = yield* Http.client(settings)
      const scope = yield* Effect.scope
      const ttl = Duration.toMillis(settings.registryTtl)
      const timeout = Duration.toMillis(settings.registryTimeout)

      let live: RegistryData | undefined
      let merged: RegistryData | undefined
      let etag: string | undefined
      let dueAt = 0
      /** When a name that nobody knows is worth a fetch. */
      let unknownDueAt = 0
      let failures = 0
      let firstAt: number | undefined
      let latest: Fiber.Fiber<void, RunwareError> | undefined

      const fetch = Effect.gen(function* () {
        firstAt ??= yield* elapsedMillis
        const request = HttpClientRequest.get(`${settings.schemasUrl}/registry.json`)
        const answer = yield* send(
          http,
          etag === undefined ? request : HttpClientRequest.setHeaders({ "if-none-match": etag })(request)
        )
        if (answer.status !== 304 || live === undefined) {
          live = yield* Effect.fromResult(read(answer))
          merged = undefined
          etag = answer.headers["etag"]
        }
        failures = 0
        const now = yield* elapsedMillis
        dueAt = now + ttl
        unknownDueAt = now + Math.min(ttl, shortestAge)
        yield* log("registry", answer.status === 304 ? "Unchanged" : "Fetched", () => ({ version: live?.version }))
      }).pipe(
        Effect.timeoutOrElse({ duration: longestFetch, orElse: () => Effect.fail(noAnswer) }),
        Effect.tapError(
          Effect.fnUntraced(function* (error) {
            dueAt = (yield* elapsedMillis) + pauseAfter(++failures, ttl)
            unknownDueAt = dueAt
            yield* log("registry", "Not fetched, the known one serves", () => ({ message: error.message, failures }))
          })
        )
      )

      const isRunning = () => latest !== undefined && latest.pollUnsafe() === undefined

      /** One fetch at a time, in a fiber of its own: who waits may leave without ending it for the others. */
      const refresh = Effect.suspend(() =>
        latest !== undefined && isRunning()
          ? Fiber.join(latest)
          : Effect.forkIn(fetch, scope).pipe(
              Effect.tap((fiber) => Effect.sync(() => void (latest = fiber))),
              Effect.flatMap(Fiber.join)
            )
      )

      const data = Effect.suspend(() =>
        merged === undefined
          ? Effect.map(snapshot, (bundled) => (merged ??= live === undefined ? bundled : merge(bundled, live)))
          : Effect.succeed(merged)
      )

      /** Milliseconds for which a look-up waits rather than answer with what is known. */
      const patience = (model: string, known: Model | undefined, now: number): number => {
        if (known === undefined) return isRunning() || now >= unknownDueAt ? timeout : 0
        return live !== undefined || isAir(model) || failures > 0 ? 0 : (firstAt ?? now) + timeout - now
      }

      const find = Effect.fnUntraced(function* (model: string) {
        const now = yield* elapsedMillis
        const known = lookUp(yield* data, model)
        const wait = patience(model, known, now)
        if (wait > 0) {
          yield* Effect.exit(Effect.timeout(refresh, Duration.millis(wait)))
          return lookUp(yield* data, model)
        }
        if (now >= dueAt && !isRunning()) yield* Effect.forkIn(Effect.exit(refresh), scope)
        return known
      })

      return { find, data, refresh }
    })
  )

/** Long enough for a slow line. A fetch that never ended would keep all later ones from starting. */
const longestFetch = "30 seconds"

/** Milliseconds for which an answer is believed that a name is unknown. */
const shortestAge = 10_000

const noAnswer = makeError("timeout", {
  message: `The service did not send its registry within ${longestFetch}.`,
  submission: "none"
})

/**
 * Milliseconds before a failed fetch is tried again: 1 s, 2 s, 4 s … up to the time to live.
 *
 * @since 0.1.0
 * @category decisions
 */
export const pauseAfter = (failures: number, ttl: number): number => Math.min(ttl, 1000 * 2 ** (failures - 1))

const slugIndex = new WeakMap<RegistryData, ReadonlyMap<string, string>>()

const slugs = (data: RegistryData): ReadonlyMap<string, string> => {
  const index = slugIndex.get(data) ?? new Map(Object.entries(data.models).map(([air, { id }]) => [id, air]))
  slugIndex.set(data, index)
  return index
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A registry from the wire: what is missing is empty, what is malformed is refused as a whole. */
const read = (answer: Http.Answer): Result.Result<RegistryData, RunwareError> => {
  if (answer.status < 200 || answer.status > 299) {
    return Result.fail(fromStatus(answer.status, { submission: "none" }, answer.body))
  }
  const body = Result.getOrUndefined(Result.try((): unknown => JSON.parse(answer.body)))
  const isEntry = (entry: unknown) =>
    isRecord(entry) && typeof entry["taskType"] === "string" && typeof entry["id"] === "string"
  if (!isRecord(body) || !isRecord(body["models"]) || !Object.values(body["models"]).every(isEntry)) {
    return Result.fail(
      makeError("serverError", {
        rawCode: "unrecognizedResponse",
        message: "The registry that the service sent is not one: `models` must map AIRs to { taskType, id }.",
        submission: "none"
      })
    )
  }
  const taskTypes = (name: string): Record<string, string> => {
    const entries = isRecord(body[name]) ? Object.entries(body[name]) : []
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"))
  }
  return Result.succeed({
    version: typeof body["version"] === "string" ? body["version"] : "unknown",
    // Each entry has just been checked.
    models: body["models"] as RegistryData["models"],
    architectureTaskTypes: taskTypes("architectureTaskTypes"),
    modalityTaskTypes: taskTypes("modalityTaskTypes"),
    operationTaskTypes: taskTypes("operationTaskTypes")
  })
}
