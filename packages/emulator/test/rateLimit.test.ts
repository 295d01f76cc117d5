import * as Schema from "effect/Schema"
import { assert, describe, it } from "@effect/vitest"
import { takeToken, type Bucket } from "../src/internal/rateLimit.ts"
import { codes, drive, image, otherKey, poll, reply, uuid } from "./fixtures.ts"

const limited = (rateLimit: number, rateBurst: number) => drive({ timeScale: 0, switches: { rateLimit, rateBurst } })

describe("a bucket", () => {
  it.prop(
    "never gives more than its burst and what has filled since",
    {
      gaps: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 }))),
      perSecond: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 })),
      burst: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))
    },
    ({ burst, gaps, perSecond }) => {
      let bucket: Bucket | undefined
      let now = 0
      let given = 0
      for (const gap of gaps) {
        now += gap
        const taken = takeToken(bucket, now, { burst, perSecond })
        bucket = taken.bucket
        if (taken.wait === 0) given += 1
        // Whoever waits as long as it says gets a token.
        else if (takeToken(bucket, now + Math.ceil(taken.wait) + 1, { burst, perSecond }).wait !== 0) return false
      }
      return given <= burst + (now / 1000) * perSecond
    }
  )
})

describe("a rate limit", () => {
  it("is off unless switched on", () => {
    const service = drive({ timeScale: 0 })
    const tasks = Array.from({ length: 100 }, (_, index) => image(index))
    assert.deepStrictEqual(codes(service.post(0, tasks)?.payload), [])
  })

  it("refuses over HTTP with 429, says when to come back, and takes the task then", () => {
    const service = limited(0.5, 2)
    service.post(0, [image(1), image(2)])
    const events = service.perform(
      {
        _tag: "HttpRequest",
        requestId: "refused",
        authorization: "Bearer key-of-the-test",
        body: JSON.stringify([image(3)]),
        dryRun: false
      },
      0
    )
    const refused = events.find((event) => event._tag === "HttpReply")
    assert.deepStrictEqual([refused?.status, refused?.headers], [429, { "retry-after": "2" }])
    const payload = reply(events)?.payload
    assert.deepStrictEqual(Object.keys(payload ?? {}), ["errors"])
    const [error] = payload?.errors ?? []
    assert.deepStrictEqual(
      [error?.code, error?.taskUUID, error?.taskType, error?.["retryAfter"]],
      ["rateLimitExceeded", uuid(3), "imageInference", 2]
    )
    assert.strictEqual(service.post(2000, [image(3)])?.status, 200)
    assert.strictEqual(service.state().totals.tasksAccepted, 3)
  })

  it("refuses a text stream before it begins, in the form of streams", () => {
    const service = limited(1, 1)
    service.post(0, [image(1)])
    const events = service.perform(
      {
        _tag: "HttpRequest",
        requestId: "stream",
        authorization: "Bearer key-of-the-test",
        body: JSON.stringify([
          {
            taskType: "textInference",
            taskUUID: uuid(2),
            model: "demo:chat@1",
            deliveryMethod: "stream",
            messages: [{ role: "user", content: "What is fog?" }]
          }
        ]),
        dryRun: false
      },
      0
    )
    assert.deepStrictEqual(
      events.map((event) => (event._tag === "HttpReply" ? [event.status, event.headers] : event._tag)),
      [[429, { "retry-after": "1" }]]
    )
    assert.hasAllKeys(reply(events)?.payload, ["error", "taskUUID", "taskType"])
  })

  it("refuses over WebSocket with a frame about the task", () => {
    const service = limited(1, 1)
    service.connect(0, "socket")
    const frames = service.frame(0, "socket", [image(1), image(2)])
    const refused = frames.find(({ errors }) => errors !== undefined)
    assert.deepStrictEqual(Object.keys(refused ?? {}), ["errors"])
    const [error] = refused?.errors ?? []
    assert.deepStrictEqual([error?.code, error?.taskUUID, error?.["retryAfter"]], ["rateLimitExceeded", uuid(2), 1])
    assert.strictEqual(frames.length, 2)
  })

  it("lets the tasks through for which there is room", () => {
    const answered = limited(1, 2).post(0, [image(1), image(2), image(3)])
    assert(answered?.status === 200)
    assert.deepStrictEqual(
      answered.payload.data?.map(({ taskUUID }) => taskUUID),
      [uuid(1), uuid(2)]
    )
    assert.deepStrictEqual(codes(answered.payload), ["rateLimitExceeded"])
  })

  it("counts neither polls, nor dry runs, nor what is refused for another reason, nor other keys", () => {
    const service = limited(1, 1)
    service.post(0, [image(1, { width: 9000 }), image(1, { positivePrompt: "" })])
    service.post(0, [image(1)], { dryRun: true })
    assert.deepStrictEqual(codes(service.post(0, [image(1)])?.payload), [])
    assert.deepStrictEqual(codes(service.post(0, [image(1)])?.payload), ["conflictTaskUUID"])
    assert.deepStrictEqual(codes(service.post(0, [poll(1), poll(1), poll(1)])?.payload), [])
    assert.deepStrictEqual(codes(service.post(0, [image(2)], { apiKey: otherKey })?.payload), [])
    assert.deepStrictEqual(codes(service.post(0, [image(3)])?.payload), ["rateLimitExceeded"])
  })

  it("can be changed and lifted while the service runs", () => {
    const service = limited(1, 1)
    service.post(0, [image(1)])
    service.perform({ _tag: "Configure", switches: { rateLimit: 0 } }, 0)
    assert.deepStrictEqual(codes(service.post(0, [image(2), image(3)])?.payload), [])
  })
})
