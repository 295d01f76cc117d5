import * as Schema from "effect/Schema"
import { assert, describe, it } from "@effect/vitest"
import type { Event } from "../src/Command.ts"
import { retryDelay } from "../src/internal/outbound.ts"
import type { InitialState } from "../src/State.ts"
import { codes, drive, image, key, poll, uuid } from "./fixtures.ts"

const hook = "https://hooks.example/done?secret=1"

type Sent = Extract<Event, { readonly _tag: "SendOutside" }>

const sent = (events: ReadonlyArray<Event>): ReadonlyArray<Sent> =>
  events.filter((event) => event._tag === "SendOutside")

/** The JSON of what was posted. */
const payloadOf = ({ body }: Sent): unknown => (body._tag === "Json" ? body.payload : assert.fail("no JSON"))

/** A service with one task, and what it sends outside while time passes. */
const submitted = (parameters: Readonly<Record<string, unknown>>, options: Partial<InitialState> = {}) => {
  const service = drive(options)
  const immediate = service.post(0, [image(1, { deliveryMethod: "async", ...parameters })])
  return { ...service, immediate }
}

/** Takes every step that is due until a time. */
const until = (service: ReturnType<typeof drive>, end: number): ReadonlyArray<Sent> => {
  const all: Array<Sent> = []
  for (let at = service.nextWake(); at !== undefined && at <= end; at = service.nextWake()) {
    all.push(...sent(service.tick(at)))
  }
  return all
}

describe("a webhook", () => {
  it("is told about each generation when it ends, by the bare item", () => {
    const service = submitted({ webhookURL: hook, numberResults: 2, positivePrompt: "[[slow:1000]]" })
    assert.deepStrictEqual(sent(service.tick(999)), [])
    const both = sent(service.tick(1000))
    assert.strictEqual(both.length, 2)
    assert.isTrue(both.every(({ url }) => url === hook))
    const polled = service.post(1000, [poll(1)])?.payload.data ?? []
    assert.deepStrictEqual(
      both.map(payloadOf),
      polled.map(({ status: _status, ...item }) => item)
    )
    assert.deepStrictEqual(until(service, 60_000), [])
  })

  it("gets a data around the item when the switch says so", () => {
    const service = submitted({ webhookURL: hook }, { timeScale: 0, switches: { webhookForm: "wrapped" } })
    const flat = submitted({ webhookURL: hook }, { timeScale: 0 })
    const [one] = [...service.state().outbound].map(([, { body }]) => body)
    const [other] = [...flat.state().outbound].map(([, { body }]) => body)
    assert(one?._tag === "Json" && other?._tag === "Json")
    assert.deepStrictEqual(one.payload, { data: [other.payload] })
  })

  it("gets errors for what failed", () => {
    const service = submitted({ webhookURL: hook, positivePrompt: "[[fail:inferenceError]] [[slow:10]]" })
    const [only] = sent(service.tick(10))
    const payload = only && payloadOf(only)
    assert.deepStrictEqual(Object.keys(payload as object), ["errors"])
    const [error] = (payload as { errors: ReadonlyArray<Record<string, unknown>> }).errors
    assert.deepStrictEqual([error?.["code"], error?.["taskUUID"]], ["inferenceError", uuid(1)])
  })

  it("is told about tasks of every delivery method, and not about dry runs", () => {
    const service = drive({ timeScale: 0 })
    service.post(0, [image(1, { webhookURL: hook, deliveryMethod: "sync" })])
    service.post(0, [image(2, { webhookURL: hook })], { dryRun: true })
    assert.deepStrictEqual(
      [...service.state().outbound].map(([id]) => id),
      [`${uuid(1)}/0/webhook`]
    )
  })

  it("is tried five times, later each time, and then given up and counted", () => {
    const service = submitted({ webhookURL: hook, positivePrompt: "[[slow:1]]" })
    let [next] = sent(service.tick(1))
    let at = 1
    const waits: Array<number> = []
    for (let attempt = 1; attempt <= 5; attempt++) {
      assert(next !== undefined, `attempt ${attempt}`)
      service.perform({ _tag: "SentOutside", id: next.id, succeeded: false }, at)
      const due = [...service.state().outbound].length === 0 ? undefined : service.nextWake()
      if (due !== undefined) {
        waits.push(due - at)
        ;[next] = sent(service.tick(due))
        at = due
      }
    }
    assert.strictEqual(waits.length, 4)
    waits.forEach((wait, index) => {
      assert.isAtLeast(wait, 125 * 2 ** index)
      assert.isAtMost(wait, 250 * 2 ** index)
    })
    const { delivered, undelivered } = service.state().totals
    assert.deepStrictEqual({ delivered, undelivered }, { delivered: 0, undelivered: 1 })
    assert.deepStrictEqual([...service.state().outbound], [])
  })

  it("is not told again what it took, and late or repeated news of it changes nothing", () => {
    const service = submitted({ webhookURL: hook, positivePrompt: "[[slow:1]]" })
    const [only] = sent(service.tick(1))
    const id = only?.id ?? ""
    for (const succeeded of [true, true, false]) service.perform({ _tag: "SentOutside", id, succeeded }, 2)
    assert.deepStrictEqual(until(service, 60_000), [])
    const { delivered, undelivered } = service.state().totals
    assert.deepStrictEqual({ delivered, undelivered }, { delivered: 1, undelivered: 0 })
  })

  it("is tried again at times that the seed decides, and that follow the time scale", () => {
    const waitOf = (options: Partial<InitialState>): number => {
      const service = submitted({ webhookURL: hook, positivePrompt: "[[slow:0]]" }, options)
      service.perform({ _tag: "SentOutside", id: `${uuid(1)}/0/webhook`, succeeded: false }, 0)
      return service.nextWake() ?? Number.NaN
    }
    assert.strictEqual(waitOf({ seed: 1 }), waitOf({ seed: 1 }))
    assert.notStrictEqual(waitOf({ seed: 1 }), waitOf({ seed: 2 }))
    assert.closeTo(waitOf({ seed: 1, timeScale: 0.1 }), waitOf({ seed: 1 }) / 10, 1)
  })

  it.prop(
    "waits between half of a doubling time and all of it, at most 8 s",
    {
      failures: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 })),
      uniform: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
    },
    ({ failures, uniform }) => {
      const whole = Math.min(8000, 250 * 2 ** (failures - 1))
      const delay = retryDelay(failures, uniform)
      return delay >= whole / 2 && delay <= whole
    }
  )
})

describe("an uploadEndpoint", () => {
  it("gets the media of each output, and the item keeps its fields", () => {
    const service = submitted({ uploadEndpoint: hook, numberResults: 2, positivePrompt: "[[slow:1]]", seed: 4 })
    const both = sent(service.tick(1))
    const polled = service.post(1, [poll(1)])?.payload.data ?? []
    assert.deepStrictEqual(
      both.map(({ body }) => (body._tag === "Media" ? body.media.uuid : assert.fail("no media"))),
      polled.map((item) => item["imageUUID"])
    )
    assert.isTrue(polled.every((item) => item["imageURL"] !== undefined))
  })

  it("gets nothing of what failed", () => {
    const service = submitted({ uploadEndpoint: hook, positivePrompt: "[[fail:inferenceError]] [[slow:1]]" })
    assert.deepStrictEqual(sent(service.tick(1)), [])
  })
})

describe("an address that nothing can be sent to", () => {
  it.each([
    [{ webhookURL: "ftp://hooks.example" }, "invalidWebhookURL", "webhookURL"],
    [{ webhookURL: "hooks.example/done" }, "invalidWebhookURL", "webhookURL"],
    [{ webhookURL: 7 }, "invalidWebhookURL", "webhookURL"],
    [{ uploadEndpoint: "file:///etc/passwd" }, "invalidUploadEndpoint", "uploadEndpoint"]
  ])("is refused: %o", (parameters, code, parameter) => {
    const { immediate, state } = submitted(parameters)
    assert.deepStrictEqual([immediate?.status, codes(immediate?.payload)], [400, [code]])
    assert.strictEqual(immediate?.payload.errors?.[0]?.parameter, parameter)
    assert.strictEqual(state().totals.tasksAccepted, 0)
  })
})

describe("what is sent outside", () => {
  it("holds no key", () => {
    const service = submitted({ webhookURL: hook, uploadEndpoint: hook, positivePrompt: "[[slow:1]]" })
    assert.notInclude(JSON.stringify(sent(service.tick(1))), key)
  })
})
