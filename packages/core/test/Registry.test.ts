import { describe, expect, it } from "@effect/vitest"
import { bundledRegistry, type RegistryData } from "@effect-runware/schemas/registry"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { isAir, layerBundled, layerRemote, lookUp, merge, pauseAfter, Registry } from "../src/Registry.ts"
import * as RunwareConfig from "../src/RunwareConfig.ts"

const registryOf = (models: Record<string, string>, version = "20260801101500") => ({
  version,
  models: Object.fromEntries(Object.entries(models).map(([air, id]) => [air, { taskType: "imageInference", id }]))
})

const dayZero = registryOf({ "new:model@1": "day-zero" })
const found = { air: "new:model@1", slug: "day-zero", taskType: "imageInference" }
const bundled = { air: "runware:101@1", slug: "bfl-flux-1-dev", taskType: "imageInference" }

type Answer = (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<Response, HttpClientError.HttpClientError>

const respond =
  (body: unknown, init?: ResponseInit): Answer =>
  () =>
    Effect.sync(() => new Response(typeof body === "string" ? body : JSON.stringify(body), init))
const after =
  (duration: string, answer: Answer): Answer =>
  (request) =>
    Effect.delay(answer(request), duration as "1 second")
const never: Answer = () => Effect.never
const unreachable: Answer = (request) =>
  Effect.fail(
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.TransportError({ request, cause: new Error("connect ECONNREFUSED 127.0.0.1:1") })
    })
  )

/** A registry over a service that gives `answers` in turn, the last one again and again. */
const remote = Effect.fnUntraced(function* (
  answers: ReadonlyArray<Answer>,
  options: RunwareConfig.Options = {},
  scope?: Scope.Scope
) {
  const requests: Array<{ readonly at: number; readonly url: string; readonly etag: string | undefined }> = []
  const http = HttpClient.make((request) =>
    Effect.gen(function* () {
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? never
      requests.push({ at: yield* Clock.currentTimeMillis, url: request.url, etag: request.headers["if-none-match"] })
      return HttpClientResponse.fromWeb(request, yield* answer(request))
    })
  )
  const layer = Layer.provide(layerRemote, [
    RunwareConfig.layer({ apiKey: "rw_key", baseUrl: "http://emulator.example/", ...options }),
    Layer.succeed(HttpClient.HttpClient, http)
  ])
  const context = yield* Layer.buildWithScope(layer, scope ?? (yield* Effect.scope))
  const registry = yield* Effect.provide(Registry, context)
  return { ...registry, requests, times: () => requests.map(({ at }) => at) }
})

/** Lets everything that waits for nothing but its turn have it. */
const settle = TestClock.adjust(0)

/** Starts look-ups at the same moment. */
const lookingUp = Effect.fnUntraced(function* (registry: Registry["Service"], ...models: ReadonlyArray<string>) {
  const fibers = yield* Effect.forEach(models, (model) =>
    Effect.forkChild(registry.find(model), { startImmediately: true })
  )
  return Fiber.joinAll(fibers)
})

/** The result of a fiber that ought to have ended. */
const ended = <A, E>(fiber: Fiber.Fiber<A, E>) => fiber.pollUnsafe()

describe("lookUp", () => {
  const data: RegistryData = {
    architectureTaskTypes: {},
    modalityTaskTypes: {},
    operationTaskTypes: {},
    ...(JSON.parse(
      `{"version":"1","models":{"__proto__":{"taskType":"upscale","id":"constructor"},
        "a:1@1":{"taskType":"imageInference","id":"b:1@1"},"b:1@1":{"taskType":"caption","id":"toString"}}}`
    ) as Pick<RegistryData, "version" | "models">)
  }

  it("finds by AIR first, then by slug", () => {
    expect(lookUp(data, "a:1@1")).toEqual({ air: "a:1@1", slug: "b:1@1", taskType: "imageInference" })
    expect(lookUp(data, "b:1@1")).toEqual({ air: "b:1@1", slug: "toString", taskType: "caption" })
    expect(lookUp(data, "toString")).toEqual({ air: "b:1@1", slug: "toString", taskType: "caption" })
  })

  it("finds models that are called like properties of every object, and only those that are there", () => {
    const odd = { air: "__proto__", slug: "constructor", taskType: "upscale" }
    expect([lookUp(data, "__proto__"), lookUp(data, "constructor")]).toEqual([odd, odd])
    for (const name of ["valueOf", "hasOwnProperty", "__defineGetter__", ""]) expect(lookUp(data, name)).toBe(undefined)
    for (const name of ["__proto__", "constructor"]) expect(lookUp(bundledRegistry(), name)).toBe(undefined)
  })

  it("finds every bundled model by its AIR and by its slug", () => {
    for (const [air, { id, taskType }] of Object.entries(bundledRegistry().models)) {
      expect(lookUp(bundledRegistry(), air)).toEqual({ air, slug: id, taskType })
      expect(lookUp(bundledRegistry(), id)).toMatchObject({ slug: id, taskType })
    }
  })

  it.each([
    ["runware:101@1", true],
    ["bfl-flux-1-dev", false],
    ["a:b", false],
    ["a@b", false]
  ])("takes %s for an AIR: %s", (model, expected) => expect(isAir(model)).toBe(expected))
})

describe("merge", () => {
  const full = (models: Record<string, string>, version: string): RegistryData => ({
    ...registryOf(models, version),
    architectureTaskTypes: { [version]: "x", sdxl: version },
    modalityTaskTypes: {},
    operationTaskTypes: {}
  })

  it("keeps what only one of them has, and lets the second win", () => {
    const merged = merge(full({ "a:1@1": "a", "b:1@1": "b" }, "1"), full({ "b:1@1": "b2", "c:1@1": "c" }, "2"))
    expect(merged).toMatchObject({
      version: "2",
      architectureTaskTypes: { "1": "x", "2": "x", sdxl: "2" },
      models: registryOf({ "a:1@1": "a", "b:1@1": "b2", "c:1@1": "c" }).models
    })
  })

  it("lets the second win a slug that has moved to an AIR which both know", () => {
    const merged = merge(full({ "a:1@1": "old", "b:1@1": "flagship" }, "1"), full({ "a:1@1": "flagship" }, "2"))
    expect(lookUp(merged, "flagship")).toMatchObject({ air: "a:1@1" })
    expect(lookUp(merged, "b:1@1")).toMatchObject({ air: "b:1@1" })
  })

  it("keeps a model called __proto__ among the models", () => {
    const hostile = JSON.parse('{"models":{"__proto__":{"taskType":"upscale","id":"x"}}}') as Pick<
      RegistryData,
      "models"
    >
    const merged = merge(full({ "a:1@1": "a" }, "1"), { ...full({}, "2"), ...hostile })
    expect(Object.keys(merged.models)).toEqual(["a:1@1", "__proto__"])
    expect(Object.getPrototypeOf(merged.models)).toBe(Object.prototype)
  })
})

describe("the first fetch", () => {
  it.effect("is not waited for by a bundled AIR", () =>
    Effect.gen(function* () {
      const registry = yield* remote([after("1 second", respond(dayZero))])
      expect(yield* registry.find("runware:101@1")).toEqual(bundled)
      yield* TestClock.adjust("1 second")
      expect(registry.requests).toEqual([{ at: 0, url: "http://emulator.example/registry.json", etag: undefined }])
      expect(yield* registry.find("new:model@1")).toEqual(found)
    })
  )

  it.effect("is waited for by a slug, which the live registry may have given to another model", () =>
    Effect.gen(function* () {
      const moved = registryOf({ "new:model@1": "bfl-flux-1-dev" })
      const registry = yield* remote([after("2 seconds", respond(moved))])
      const looking = yield* Effect.forkChild(registry.find("bfl-flux-1-dev"))
      yield* TestClock.adjust("1999 millis")
      expect(ended(looking)).toBe(undefined)
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(looking)).toMatchObject({ air: "new:model@1" })
    })
  )

  it.effect("W57: is shared by all look-ups of a day-zero model, none of which fails", () =>
    Effect.gen(function* () {
      const registry = yield* remote([after("1 second", respond(dayZero))])
      const all = yield* lookingUp(registry, "day-zero", "new:model@1", "day-zero")
      yield* TestClock.adjust("1 second")
      expect(yield* all).toEqual([found, found, found])
      expect(registry.times()).toEqual([0])
    })
  )

  it.effect("is waited for 3 s at most, and used when it comes later", () =>
    Effect.gen(function* () {
      const registry = yield* remote([after("5 seconds", respond(dayZero))])
      const known = yield* Effect.forkChild(registry.find("bfl-flux-1-dev"))
      const unknown = yield* Effect.forkChild(registry.find("day-zero"))
      yield* TestClock.adjust("2999 millis")
      expect([ended(known), ended(unknown)]).toEqual([undefined, undefined])
      yield* TestClock.adjust("1 millis")
      expect([yield* Fiber.join(known), yield* Fiber.join(unknown)]).toEqual([bundled, undefined])
      // The three seconds of the first fetch are over: who has an answer gives it at once, who has none waits again.
      expect(yield* registry.find("bfl-flux-1-dev")).toEqual(bundled)
      const again = yield* Effect.forkChild(registry.find("day-zero"))
      yield* TestClock.adjust("2 seconds")
      expect(yield* Fiber.join(again)).toEqual(found)
      expect(registry.times()).toEqual([0])
    })
  )

  it.effect("takes as long as `registryTimeout` says, or no time at all", () =>
    Effect.gen(function* () {
      const patient = yield* remote([after("20 seconds", respond(dayZero))], { registryTimeout: "25 seconds" })
      const looking = yield* Effect.forkChild(patient.find("day-zero"))
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.join(looking)).toEqual(found)
      const hasty = yield* remote([never], { registryTimeout: 0 })
      expect(yield* hasty.find("day-zero")).toBe(undefined)
      yield* settle
      expect(hasty.requests).toHaveLength(1)
    })
  )

  it.effect("goes on for the others when one of those who wait is interrupted", () =>
    Effect.gen(function* () {
      const registry = yield* remote([after("1 second", respond(dayZero))])
      const first = yield* Effect.forkChild(registry.find("day-zero"))
      const second = yield* Effect.forkChild(registry.find("day-zero"))
      const third = yield* Effect.forkChild(registry.refresh)
      yield* TestClock.adjust("500 millis")
      yield* Fiber.interrupt(first)
      yield* Fiber.interrupt(third)
      yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(second)).toEqual(found)
      expect(registry.times()).toEqual([0])
    })
  )

  it.effect("that never ends is given up after 30 s, so that another can start", () =>
    Effect.gen(function* () {
      const registry = yield* remote([never, respond(dayZero)])
      const refreshing = yield* Effect.forkChild(Effect.flip(registry.refresh))
      yield* TestClock.adjust("30 seconds")
      expect(yield* Fiber.join(refreshing)).toMatchObject({ code: "timeout", submission: "none" })
      yield* TestClock.adjust("1 second")
      expect(yield* registry.find("day-zero")).toEqual(found)
      expect(registry.times()).toEqual([0, 31_000])
    })
  )

  it.effect("ends with the client, and lets go of who waits", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const registry = yield* remote([never], {}, scope)
      const looking = yield* Effect.forkChild(registry.find("bfl-flux-1-dev"))
      const refreshing = yield* Effect.forkChild(registry.refresh)
      yield* settle
      yield* Scope.close(scope, Exit.void)
      yield* settle
      expect(ended(looking)).toEqual(Exit.succeed(bundled))
      expect(ended(refreshing)?._tag).toBe("Failure")
      expect(yield* registry.find("bfl-flux-1-dev")).toEqual(bundled)
    })
  )
})

describe("a failed fetch", () => {
  it.effect.each<[string, Answer]>([
    ["an unreachable service", unreachable],
    ["a 503", respond("<title>503 Service Unavailable</title>", { status: 503 })],
    ["a 404", respond("", { status: 404 })],
    ["a page of a proxy", respond("<html>Sign in</html>")],
    ["an empty body", respond("")],
    ["cut JSON", respond('{"version":"1","models":{"a:1@1":{"taskType"')],
    ["null", respond("null")],
    ["a list", respond([])],
    ["no models", respond({ version: "1" })],
    ["a list of models", respond({ models: [] })],
    ["models without a type", respond({ models: { "a:1@1": { id: "a" } } })],
    ["models without a slug", respond({ models: { "a:1@1": { taskType: "upscale" } } })],
    ["models of nothing", respond({ models: { "a:1@1": null } })],
    ["a 304 to a question that was not conditional", () => Effect.succeed(new Response(null, { status: 304 }))]
  ])("because of %s leaves the bundled registry in charge, and is told to who asked for it", ([, answer]) =>
    Effect.gen(function* () {
      const registry = yield* remote([answer])
      expect(yield* registry.find("bfl-flux-1-dev")).toEqual(bundled)
      expect(yield* registry.find("day-zero")).toBe(undefined)
      expect(yield* registry.data).toBe(bundledRegistry())
      const error = yield* Effect.flip(registry.refresh)
      expect(error._tag).toBe("RunwareError")
      expect(error.submission).not.toBe("accepted")
    })
  )

  it.effect("W56: is tried again, after a pause that doubles up to the time to live", () =>
    Effect.gen(function* () {
      const registry = yield* remote([unreachable, unreachable, unreachable, unreachable, respond(dayZero)], {
        registryTtl: "3 seconds"
      })
      const answers: Array<unknown> = []
      for (let tick = 0; tick < 24; tick++) {
        answers.push(yield* registry.find("day-zero"))
        yield* TestClock.adjust("500 millis")
      }
      expect(registry.times()).toEqual([0, 1000, 3000, 6000, 9000])
      expect(answers.slice(0, 18)).toEqual(Array.from({ length: 18 }, () => undefined))
      expect(answers.slice(18)).toEqual(Array.from({ length: 6 }, () => found))
    })
  )

  it.effect("is tried again on time though the clock on the wall is set back", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(3_600_000)
      const registry = yield* remote([unreachable, respond(dayZero)])
      expect(yield* registry.find("day-zero")).toBeUndefined()
      yield* TestClock.setTime(0)
      yield* TestClock.adjust("1 second")
      expect(yield* registry.find("day-zero")).toEqual(found)
    })
  )

  it.effect("makes no bundled model wait for the next one", () =>
    Effect.gen(function* () {
      const registry = yield* remote([unreachable, never])
      expect(yield* registry.find("bfl-flux-1-dev")).toEqual(bundled)
      yield* TestClock.adjust("1 second")
      expect(yield* registry.find("bfl-flux-1-dev")).toEqual(bundled)
      yield* settle
      expect(registry.times()).toEqual([0, 1000])
    })
  )

  it.effect("after a good one keeps the good one", () =>
    Effect.gen(function* () {
      const registry = yield* remote([respond(dayZero), respond({ models: 5 })])
      yield* registry.refresh
      yield* Effect.flip(registry.refresh)
      expect(yield* registry.find("day-zero")).toEqual(found)
    })
  )

  it("pauses 1, 2, 4 s, never longer than the time to live", () => {
    expect([1, 2, 3, 9, 2000].map((failures) => pauseAfter(failures, 300_000))).toEqual([
      1000, 2000, 4000, 256_000, 300_000
    ])
    expect(pauseAfter(5, 0)).toBe(0)
  })
})

describe("later fetches", () => {
  const etagged = respond(dayZero, { headers: { etag: '"v1"' } })
  const unchanged: Answer = () => Effect.succeed(new Response(null, { status: 304 }))

  it.effect("run behind look-ups once the data is older than the time to live, and only then", () =>
    Effect.gen(function* () {
      const next = registryOf({ "new:model@2": "day-zero" }, "20260802")
      const registry = yield* remote([respond(dayZero), after("1 second", respond(next))])
      yield* registry.find("day-zero")
      yield* TestClock.adjust("299999 millis")
      yield* registry.find("day-zero")
      yield* settle
      expect(registry.times()).toEqual([0])
      yield* TestClock.adjust("1 millis")
      // Stale is good enough to answer at once.
      expect(yield* registry.find("day-zero")).toEqual(found)
      yield* TestClock.adjust("1 second")
      expect(registry.times()).toEqual([0, 300_000])
      expect(yield* registry.find("day-zero")).toMatchObject({ air: "new:model@2" })
      expect((yield* registry.data).version).toBe("20260802")
    })
  )

  it.effect("are waited for by a name that nobody knows: its model may have come since, even a moment ago", () =>
    Effect.gen(function* () {
      const next = registryOf({ "newer:model@1": "day-one" }, "20260802")
      const registry = yield* remote([respond(dayZero), after("1 second", respond(next))])
      yield* registry.find("day-zero")
      yield* TestClock.adjust("10 seconds")
      const all = yield* lookingUp(registry, "day-one", "no-such-model", "day-zero")
      yield* TestClock.adjust("1 second")
      expect(yield* all).toEqual([
        { air: "newer:model@1", slug: "day-one", taskType: "imageInference" },
        undefined,
        found
      ])
      // Who asks again for what isn't there gets his answer at once, for a while.
      yield* TestClock.adjust("9999 millis")
      expect(yield* registry.find("no-such-model")).toBe(undefined)
      yield* settle
      expect(registry.times()).toEqual([0, 10_000])
    })
  )

  it.effect("send the ETag, and a 304 keeps the data and starts the time to live anew", () =>
    Effect.gen(function* () {
      const registry = yield* remote([etagged, unchanged])
      for (const wait of ["0 millis", "5 minutes", "4 minutes", "1 minute"] as const) {
        yield* TestClock.adjust(wait)
        expect(yield* registry.find("day-zero")).toEqual(found)
        yield* settle
      }
      expect(registry.requests.map(({ at, etag }) => [at, etag])).toEqual([
        [0, undefined],
        [300_000, '"v1"'],
        [600_000, '"v1"']
      ])
    })
  )

  it.effect("keep the ETag of the last good answer through a failure, and forget it when a new answer has none", () =>
    Effect.gen(function* () {
      const broken = respond("{", { headers: { etag: '"bad"' } })
      const registry = yield* remote([etagged, broken, respond(dayZero), unchanged])
      for (let n = 0; n < 4; n++) yield* Effect.exit(registry.refresh)
      expect(registry.requests.map(({ etag }) => etag)).toEqual([undefined, '"v1"', '"v1"', undefined])
    })
  )

  it.effect("W58: can be asked for, also before the data is old, and are shared too", () =>
    Effect.gen(function* () {
      const registry = yield* remote([respond(dayZero), after("1 second", respond(dayZero))])
      yield* registry.refresh
      const both = yield* Effect.forkChild(Effect.all([registry.refresh, registry.refresh], { concurrency: 2 }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(both)
      expect(registry.times()).toEqual([0, 0])
    })
  )
})

describe("hostile data", () => {
  it.effect("changes no object but the registry itself", () =>
    Effect.gen(function* () {
      const body = `{"version":7,"models":{"__proto__":{"taskType":"upscale","id":"toString"},
        "constructor":{"taskType":"upscale","id":"__proto__"}},
        "architectureTaskTypes":{"__proto__":"upscale","bad":5},"modalityTaskTypes":[],"operationTaskTypes":null}`
      const registry = yield* remote([respond(body)])
      yield* registry.refresh
      expect(yield* registry.find("toString")).toEqual({ air: "__proto__", slug: "toString", taskType: "upscale" })
      expect(yield* registry.find("valueOf")).toBe(undefined)
      expect(yield* registry.find("bfl-flux-1-dev")).toEqual(bundled)
      const data = yield* registry.data
      expect(data.version).toBe("unknown")
      expect("bad" in data.architectureTaskTypes).toBe(false)
      expect(data.modalityTaskTypes).toEqual(bundledRegistry().modalityTaskTypes)
      expect(Reflect.get({}, "taskType")).toBe(undefined)
    })
  )
})

describe("layerBundled", () => {
  it.effect("knows the snapshot and asks nobody", () =>
    Effect.gen(function* () {
      const registry = yield* Registry
      expect(yield* registry.find("bfl-flux-1-dev")).toEqual(bundled)
      expect(yield* registry.find("day-zero")).toBe(undefined)
      expect(yield* registry.data).toBe(bundledRegistry())
      yield* registry.refresh
    }).pipe(Effect.provide(layerBundled))
  )
})
