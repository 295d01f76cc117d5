import { Schema } from "effect"
import { assert, describe, it } from "@effect/vitest"
import { storedMedia } from "../src/State.ts"
import { codes, drive, image, key, otherKey, poll, uuid } from "./fixtures.ts"

const account = (service: ReturnType<typeof drive>) => {
  for (const [name, value] of service.state().accounts) if (name === key) return value
  throw new Error("no account")
}
const slow = "a lighthouse [[slow:1000]]"

describe("an asynchronous task", () => {
  it("is acknowledged at once, polled while it runs, and done when its time has come", () => {
    const service = drive()
    const about = { taskType: "imageInference", taskUUID: uuid(1) }
    const task = image(1, { deliveryMethod: "async", positivePrompt: slow, seed: 7, includeCost: true })
    assert.deepStrictEqual(service.post(0, [task]), { status: 200, payload: { data: [about] } })
    assert.deepStrictEqual(service.post(500, [poll(1)])?.payload, {
      data: [{ ...about, status: "processing", progress: 49 }]
    })
    const done = service.post(1000, [poll(1)])?.payload.data?.[0]
    assert.strictEqual(done?.status, "success")
    assert.strictEqual(done?.["seed"], 7)
    assert.isAbove(done?.cost ?? 0, 0)
    assert.deepStrictEqual(service.post(60_000, [poll(1)])?.payload.data?.[0], done)
  })

  it("shows finished generations while others run, each in its place", () => {
    const service = drive()
    service.post(0, [image(1, { deliveryMethod: "async", numberResults: 3 })])
    const statuses: Array<string> = []
    for (let wake = service.nextWake(); wake !== undefined && statuses.length < 3; wake = service.nextWake()) {
      const items = service.post(wake, [poll(1)])?.payload.data ?? []
      statuses.push(items.map(({ status }) => status?.charAt(0)).join(""))
    }
    assert.strictEqual(statuses.length, 3)
    assert.strictEqual(statuses.at(-1), "sss")
    assert.strictEqual(statuses[0]?.match(/p/g)?.length, 2)
  })

  it("is forgotten when the retention ends", () => {
    const service = drive({ retention: 1000, timeScale: 0 })
    service.post(0, [image(1, { deliveryMethod: "async" })])
    assert.strictEqual(service.post(999, [poll(1)])?.payload.data?.length, 1)
    assert.deepStrictEqual(service.post(1000, [poll(1)]), { status: 200, payload: { data: [] } })
    assert.strictEqual(service.post(1001, [image(1)])?.status, 200)
  })

  it("takes the durations of its model, the same in every run", () => {
    const wakes = ["demo:image@1", "civitai:1@2"].map((model) =>
      [0, 1].map(() => {
        const service = drive()
        service.post(0, [image(1, { model, deliveryMethod: "async" })])
        return service.nextWake() ?? 0
      })
    )
    for (const [first = 0, second = 0] of wakes) {
      assert.strictEqual(first, second)
      assert.isTrue(first > 700 && first < 16_000, `${first} ms`)
    }
    assert.notStrictEqual(wakes[0]?.[0], wakes[1]?.[0])
  })
})

describe("a synchronous task", () => {
  it("is answered when its last generation is done", () => {
    const service = drive()
    assert.isUndefined(service.post(0, [image(1, { positivePrompt: slow, numberResults: 2 })]))
    assert.deepStrictEqual(service.tick(999), [])
    const [event] = service.tick(1000)
    assert.strictEqual(event?._tag, "HttpReply")
    assert.strictEqual(service.post(1000, [poll(1)])?.payload.data?.length, 2)
  })

  it("goes on when its client leaves, and stays readable", () => {
    const service = drive()
    service.post(0, [image(1, { positivePrompt: slow })])
    service.perform({ _tag: "HttpGone", requestId: "request-1" }, 10)
    assert.deepStrictEqual(service.tick(2000), [])
    assert.strictEqual(service.post(2000, [poll(1)])?.payload.data?.[0]?.status, "success")
  })

  it("shares a request with others, each answered", () => {
    const service = drive({ timeScale: 0 })
    const text = {
      taskType: "textInference",
      taskUUID: uuid(2),
      model: "demo:chat@1",
      messages: [{ role: "user", content: "Why?" }]
    }
    const reply = service.post(0, [
      image(1),
      { ...text, includeUsage: true },
      image(3, { deliveryMethod: "async" }),
      poll(1)
    ])
    assert.deepStrictEqual(
      reply?.payload.data?.map(({ taskUUID }) => taskUUID),
      [uuid(1), uuid(2), uuid(3), uuid(1)]
    )
    assert.strictEqual(typeof reply?.payload.data?.[1]?.["text"], "string")
    assert.hasAllKeys(reply?.payload.data?.[1]?.["usage"], [
      "promptTokens",
      "completionTokens",
      "totalTokens",
      "thinkingTokens"
    ])
  })
})

describe("a taskUUID", () => {
  it("is taken while the task lives and as long as its results do", () => {
    const service = drive({ timeScale: 0 })
    service.post(0, [image(1)])
    const again = service.post(3_599_999, [image(1)])
    assert.strictEqual(again?.status, 400)
    assert.deepStrictEqual(again?.payload.data, [])
    assert.deepStrictEqual(codes(again?.payload), ["conflictTaskUUID"])
    assert.strictEqual(service.state().totals.tasksAccepted, 1)
  })

  it.each([
    [undefined, "missingTaskUUID"],
    [12, "invalidTaskUUID"],
    ["not-a-uuid", "invalidTaskUUID"],
    ["5b0d6c1e-8f2a-1c37-9a41-000000000001", "invalidTaskUUID"]
  ])("%s is refused", (taskUUID, code) => {
    const reply = drive().post(0, [image(1, { taskUUID })])
    assert.strictEqual(reply?.status, 400)
    assert.deepStrictEqual(codes(reply?.payload), [code])
    assert.strictEqual(reply?.payload.errors?.[0]?.parameter, "taskUUID")
  })

  it("of another account is as good as unknown", () => {
    const service = drive({ timeScale: 0 })
    service.post(0, [image(1)])
    assert.deepStrictEqual(service.post(1, [poll(1)], { apiKey: otherKey })?.payload, { data: [] })
  })
})

describe("refusals", () => {
  it.each([
    ["{", 400, "invalidJSON"],
    ["{}", 400, "invalidRequest"],
    ["[]", 400, "arrayTooSmall"],
    ["[1]", 400, "invalidTask"],
    [`[{"taskUUID":"${uuid(1)}"}]`, 400, "missingTaskType"],
    [`[{"taskType":"paint","taskUUID":"${uuid(1)}"}]`, 400, "unsupportedTaskType"],
    [JSON.stringify([image(1, { model: "demo:image@2" })]), 404, "modelNotFound"],
    [JSON.stringify([image(1, { model: "nothing" })]), 400, "invalidModel"],
    [JSON.stringify([image(1, { model: undefined })]), 400, "missingModel"],
    [JSON.stringify([image(1, { model: "demo:chat@1" })]), 400, "unsupportedTaskType"],
    [JSON.stringify([image(1, { positivePrompt: "" })]), 400, "missingPositivePrompt"],
    [JSON.stringify([image(1, { outputFormat: "GIF" })]), 400, "unsupportedOutputFormat"],
    [JSON.stringify([image(1, { taskType: "videoInference", model: "civitai:1@2", width: 511 })]), 400, "invalidWidth"],
    [JSON.stringify([image(1, { taskType: "videoInference", model: "civitai:1@2", height: 8 })]), 400, "valueTooSmall"],
    [JSON.stringify([image(1, { taskType: "videoInference", model: "civitai:1@2", fps: 240 })]), 400, "valueTooLarge"],
    [JSON.stringify(Array.from({ length: 101 }, (_, n) => image(n))), 400, "arrayTooLarge"]
  ])("%.60s", (body, status, code) => {
    const reply = drive().post(0, body)
    assert.strictEqual(reply?.status, status)
    assert.deepStrictEqual(codes(reply?.payload), [code])
  })

  it("of some tasks leave the others alone", () => {
    const reply = drive({ timeScale: 0 }).post(0, [image(1, { model: "nothing" }), image(2)])
    assert.strictEqual(reply?.status, 200)
    assert.strictEqual(reply?.payload.data?.[0]?.taskUUID, uuid(2))
    assert.strictEqual(reply?.payload.errors?.[0]?.taskUUID, uuid(1))
  })

  it("of a wrong key, a missing key, and of neither header nor first task", () => {
    const service = drive()
    assert.deepStrictEqual(codes(service.post(0, [image(1)], { apiKey: "wrong" })?.payload), ["invalidApiKey"])
    assert.deepStrictEqual(codes(service.post(0, [image(1)], { apiKey: undefined })?.payload), ["missingApiKey"])
    const authenticated = service.post(0, [{ taskType: "authentication", apiKey: key }, poll(1)], { apiKey: undefined })
    assert.deepStrictEqual(authenticated, { status: 200, payload: { data: [] } })
  })

  it("never repeat the key", () => {
    const service = drive()
    const events = service.perform(
      { _tag: "HttpRequest", requestId: "1", authorization: "Bearer s3cret-key", body: "[{}]", dryRun: false },
      0
    )
    assert.notInclude(JSON.stringify(events), "s3cret-key")
  })
})

describe("a model", () => {
  it("goes by its slug as well as by its AIR, and is not needed to be listed for a community", () => {
    const service = drive({ timeScale: 0 })
    const models = ["demo:image@1", "demo-image-1", "civitai:618692@691639"]
    const replies = models.map((model, n) => service.post(0, [image(n, { model })]))
    assert.deepStrictEqual(
      replies.map((reply) => reply?.status),
      [200, 200, 200]
    )
  })
})

describe("directives", () => {
  it("fail one generation, the others succeed", () => {
    const service = drive({ timeScale: 0 })
    const prompt = "a lighthouse [[fail:providerTimeout@2]]"
    const { data, errors } = service.post(0, [image(1, { positivePrompt: prompt, numberResults: 3 })])?.payload ?? {}
    assert.strictEqual(data?.length, 2)
    assert.deepStrictEqual(
      errors?.map(({ code, status, taskUUID }) => ({ code, status, taskUUID })),
      [{ code: "providerTimeout", status: "error", taskUUID: uuid(1) }]
    )
  })

  it("fail the whole task, which then costs nothing", () => {
    const service = drive({ timeScale: 0 })
    const task = image(1, { positivePrompt: "[[fail:inferenceError]]", numberResults: 2, deliveryMethod: "async" })
    assert.strictEqual(service.post(0, [task])?.status, 200)
    assert.deepStrictEqual(codes(service.post(0, [poll(1)])?.payload), ["inferenceError", "inferenceError"])
    assert.deepStrictEqual(account(service), { balance: 10_000_000, reserved: 0, billed: 0 })
    assert.strictEqual(service.state().totals.tasksBilled, 0)
  })
})

describe("money", () => {
  it("is set aside when a task is accepted and taken when it completes", () => {
    const service = drive()
    service.post(0, [image(1, { positivePrompt: slow, deliveryMethod: "async", includeCost: true })])
    const { balance, billed, reserved } = account(service)
    assert.deepStrictEqual({ balance, billed }, { balance: 10_000_000, billed: 0 })
    const cost = service.post(1000, [poll(1)])?.payload.data?.[0]?.cost ?? 0
    assert.strictEqual(reserved, Math.round(cost * 1_000_000))
    assert.deepStrictEqual(account(service), { balance: 10_000_000 - reserved, reserved: 0, billed: reserved })
  })

  it("runs out", () => {
    const service = drive({ keys: { [key]: 0.0001 }, timeScale: 0 })
    const reply = service.post(0, [image(1)])
    assert.strictEqual(reply?.status, 402)
    assert.deepStrictEqual(codes(reply?.payload), ["insufficientCredits"])
    assert.strictEqual(service.post(0, [poll(1)])?.payload.data?.length, 0)
  })

  it("is only reckoned in a dry run", () => {
    const service = drive({ timeScale: 0 })
    const dry = service.post(0, [image(1, { numberResults: 2 })], { dryRun: true })
    const real = service.post(0, [image(1, { numberResults: 2, includeCost: true })])
    const costs = real?.payload.data?.map(({ cost }) => cost)
    assert.deepStrictEqual(
      dry?.payload.data,
      costs?.map((cost) => ({ taskType: "imageInference", taskUUID: uuid(1), cost: cost ?? 0 }))
    )
    assert.strictEqual(service.state().totals.tasksAccepted, 1)
  })

  it.prop(
    "is neither made nor lost",
    [Schema.Array(Schema.Literals(["ok", "[[fail:taskFailed]]", "[[fail:taskFailed@2]]", "[[slow:90000]]"]))],
    ([prompts]) => {
      const service = drive()
      prompts.forEach((positivePrompt, n) => service.post(n * 10, [image(n, { positivePrompt, numberResults: 2 })]))
      service.tick(600_000)
      const { balance, billed, reserved } = account(service)
      assert.strictEqual(balance + billed, 10_000_000)
      assert.strictEqual(reserved, 0)
      assert.strictEqual(service.state().totals.amountBilled, billed)
      return true
    }
  )
})

describe("time", () => {
  it.prop(
    "may pass in any steps",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60_000 })))],
    ([times]) => {
      const start = () => {
        const service = drive()
        service.post(0, [
          image(1, { deliveryMethod: "async", numberResults: 4, positivePrompt: "x [[fail:taskFailed@3]]" })
        ])
        return service
      }
      const [stepwise, atOnce] = [start(), start()]
      for (const time of times.toSorted((one, other) => one - other)) stepwise.tick(time)
      assert.deepStrictEqual(stepwise.post(60_000, [poll(1)]), atOnce.post(60_000, [poll(1)]))
      return true
    }
  )

  it.prop(
    "never takes a result back",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20_000 })))],
    ([times]) => {
      const service = drive()
      service.post(0, [image(1, { deliveryMethod: "async", numberResults: 4 })])
      let before: ReadonlyArray<unknown> = []
      for (const time of times.toSorted((one, other) => one - other)) {
        const items = service.post(time, [poll(1)])?.payload.data ?? []
        const finished = items.map((item) => (item.status === "success" ? item : undefined))
        before.forEach((item, index) => {
          if (item !== undefined) assert.deepStrictEqual(finished[index], item)
        })
        before = finished
      }
      return true
    }
  )
})

describe("media", () => {
  const made = (parameters: Readonly<Record<string, unknown>>) => {
    const service = drive({ retention: 600_000 })
    const task = image(1, { positivePrompt: slow, deliveryMethod: "async", ...parameters })
    service.post(0, [task])
    service.tick(1000)
    const mediaUUID = String(service.post(1000, [poll(1)])?.payload.data?.[0]?.["imageUUID"])
    return (now: number) => {
      service.tick(now)
      const media = storedMedia(service.state(), mediaUUID, now)
      return media?._tag === "Drawn" ? media.description : undefined
    }
  }

  it("can be fetched for as long as the ttl says", () => {
    const at = made({ ttl: 60 })
    assert.deepInclude(at(60_999), { format: "JPG", width: 512, height: 512 })
    assert.isUndefined(at(61_000))
  })

  it("without a ttl can be fetched for as long as the task is remembered", () => {
    const at = made({})
    assert.isDefined(at(600_999))
    assert.isUndefined(at(601_000))
  })
})

describe("what takes long", () => {
  const video = (n: number, parameters: Readonly<Record<string, unknown>> = {}) =>
    image(n, { taskType: "videoInference", model: "civitai:1@2", width: 640, height: 360, ...parameters })
  const training = (n: number) => ({ taskType: "training", taskUUID: uuid(n), model: "civitai:1@2" })

  it.each([
    ["a video", video(1), 12_000, 140_000],
    ["a training", training(1), 140_000, 1_900_000]
  ])("%s is acknowledged, tells how far it is, and is done in its time", (_name, task, earliest, latest) => {
    const service = drive()
    const { taskType } = task
    assert.deepStrictEqual(service.post(0, [task])?.payload, { data: [{ taskType, taskUUID: uuid(1) }] })
    const end = service.nextWake() ?? 0
    assert.isAtLeast(end, earliest)
    assert.isAtMost(end, latest)
    assert.deepStrictEqual(service.post(end / 2, [poll(1)])?.payload.data, [
      { taskType, taskUUID: uuid(1), status: "processing", progress: 49 }
    ])
    assert.strictEqual(service.post(end, [poll(1)])?.payload.data?.[0]?.status, "success")
  })

  it("a video costs by the second and by the pixel", () => {
    const service = drive()
    const costs = [video(1, { duration: 5 }), video(2, { duration: 10 }), video(3, { duration: 5, width: 1280 })].map(
      (task) => Number(service.post(0, [task], { dryRun: true })?.payload.data?.[0]?.cost)
    )
    const [once = 0, ...twice] = costs.map((cost) => Math.round(cost * 1_000_000))
    assert.isAbove(once, 0)
    for (const cost of twice) assert.approximately(cost, 2 * once, 1)
  })
})

describe("the archive", () => {
  it("keeps what was asked and what was answered", () => {
    const service = drive({ timeScale: 0 })
    const task = image(1, { seed: 3 })
    const answered = service.post(0, [task])?.payload.data
    assert.deepStrictEqual(service.post(1, [{ taskType: "getTaskDetails", taskUUID: uuid(1) }])?.payload.data, [
      { taskType: "getTaskDetails", taskUUID: uuid(1), request: [task], response: { data: answered } }
    ])
  })

  it("knows nothing of a task that never was", () => {
    const reply = drive().post(0, [{ taskType: "getTaskDetails", taskUUID: uuid(1) }])
    assert.strictEqual(reply?.status, 404)
    assert.deepStrictEqual(codes(reply?.payload), ["taskNotFound"])
  })
})
