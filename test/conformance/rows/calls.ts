/** What a call can be told: cancellation and deadlines, callbacks, several tasks at once, validation. */
import type { Progress, TaskOutcome } from "@effect-runware/promise"
import { expect } from "vitest"
import { startRelay } from "../relay.ts"
import { area, carrying, image, rejection, slowImage, text, until, untyped, type Row } from "../row.ts"

const cancellation = area("cancellation", {
  "a signal aborted before sends nothing": async ({ client, seen }) => {
    const signal = AbortSignal.abort()
    await rejection(client().run(image, { signal }), { code: "aborted", retryable: false, submission: "none" })
    expect(seen.filter(({ path }) => path === "/v1")).toEqual([])
  },
  "during submit: rejects at once, and says that money may be spent": async ({ client, emulator }) => {
    const controller = new AbortController()
    await using relay = await startRelay(emulator, { reply: () => "lose" })
    const run = client({ baseUrl: relay.url }).run(image, { signal: controller.signal })
    const accepted = until(() => emulator.stats().tasksAccepted === 1).then(() => controller.abort())
    await rejection(run, { code: "aborted", submission: "unknown" })
    await accepted
  },
  "while polling: the task goes on, and can be attached to": async ({ client, emulator, seen }) => {
    const one = client()
    const controller = new AbortController()
    const run = one.run(slowImage(400), { signal: controller.signal })
    const aborted = until(() => carrying(seen, "getResponse").length > 0).then(() => controller.abort("enough"))
    const error = await rejection(run, {
      code: "aborted",
      submission: "accepted",
      message: expect.stringContaining("enough")
    })
    await aborted
    expect(await one.attach(error.taskUUID ?? "")).toMatchObject([{ taskUUID: error.taskUUID }])
    expect(emulator.stats()).toMatchObject({ tasksAccepted: 1, tasksBilled: 1 })
  },
  "while streaming: readers reject with what came": async ({ client }) => {
    const controller = new AbortController()
    const stream = client().stream(
      { ...text, messages: [{ role: "user", content: "Why? [[slow:100000]]" }] },
      { signal: controller.signal }
    )
    const result = stream.result()
    for await (const piece of stream.textStream) {
      expect(piece).not.toBe("")
      controller.abort()
      break
    }
    await rejection(result, { code: "aborted", results: [{ text: expect.stringMatching(/\w/) }] })
  },
  "`AbortSignal.timeout` is a timeout": async ({ client }) => {
    const signal = AbortSignal.timeout(80)
    await rejection(client().run(slowImage(5000), { signal }), { code: "timeout", retryable: true })
  },
  "`timeout` of a call bounds it, as number or text": async ({ client }) => {
    for (const timeout of [100, "100 millis"] as const) {
      const waited = { code: "timeout", message: expect.stringContaining("Waited 100ms") }
      await rejection(client().run(slowImage(10_000), { timeout }), waited)
    }
  },
  "one call given up leaves the others alone": async ({ client }) => {
    const one = client()
    const controller = new AbortController()
    const given = one.run(slowImage(5000), { signal: controller.signal })
    const other = one.run(slowImage(50))
    controller.abort()
    await rejection(given, { code: "aborted" })
    expect(await other).toHaveLength(1)
  }
})

const callbacks = area("callbacks", {
  "`onResult` once for each result, before the call settles": async ({ client }) => {
    const told: Array<unknown> = []
    const run = client().run({ ...image, numberResults: 3 }, { onResult: ({ imageUUID }) => void told.push(imageUUID) })
    const [results, before] = await run.then((all) => [all, [...told]] as const)
    expect(before.toSorted()).toEqual(results.map(({ imageUUID }) => imageUUID).toSorted())
  },
  "`onResult` of sync results": async ({ client }) => {
    const told: Array<unknown> = []
    const params = { ...image, numberResults: 2, deliveryMethod: "sync" } as const
    const results = await client().run(params, { onResult: ({ imageUUID }) => void told.push(imageUUID) })
    expect(told.toSorted()).toEqual(results.map(({ imageUUID }) => imageUUID).toSorted())
  },
  "`onResult` of failed generations": async ({ client }) => {
    const told: Array<string> = []
    const params = { ...image, positivePrompt: "fog [[fail:inferenceError@2]]", numberResults: 3 }
    const run = client().run(params, { onResult: ({ error }) => void told.push(error?.code ?? "result") })
    await rejection(run, { code: "provider" })
    expect(told.toSorted()).toEqual(["provider", "result", "result"])
  },
  "`onProgress` on each change, up to all": async ({ client }) => {
    const told: Array<Progress> = []
    const [result] = await client().run(
      { ...slowImage(30), numberResults: 2 },
      { onProgress: (progress) => void told.push(progress) }
    )
    expect(told.at(-1)).toMatchObject({ taskUUID: result?.taskUUID, completed: 2, expected: 2 })
    const counts = told.map(({ completed, percent }) => `${completed} ${percent}`)
    expect(counts).toEqual([...new Set(counts)])
  },
  "a callback that throws or rejects harms nothing, and is logged": async ({ client }) => {
    const logged: Array<string> = []
    const onResult = () => {
      throw new Error("mine broke")
    }
    const onProgress = () => Promise.reject(new Error("mine broke, too"))
    const one = client({ logSink: ({ category }) => void logged.push(category) })
    expect(await one.run(image, { onResult, onProgress })).toHaveLength(1)
    await until(() => logged.filter((category) => category === "callback").length >= 2)
  }
})

const together = area("several at once", {
  "twenty calls at once, each with its own result": async ({ client, emulator }) => {
    const one = client()
    const seeds = Array.from({ length: 20 }, (_, index) => index + 1)
    const results = await Promise.all(seeds.map((seed) => one.run({ ...image, seed })))
    expect(results.map(([result]) => result?.seed)).toEqual(seeds)
    expect(emulator.stats()).toMatchObject({ tasksAccepted: 20, tasksBilled: 20 })
  },
  "`run([a, b, c])` is one request, in order": async ({ client, emulator, seen }) => {
    const outcomes = await client().run([
      { ...image, seed: 3 },
      { ...image, seed: 1, numberResults: 2 },
      { ...image, seed: 2 }
    ])
    expect(outcomes.map(seedsOf)).toEqual([[3], [1, 2], [2]])
    expect(carrying(seen, "imageInference").map(({ taskTypes }) => taskTypes.length)).toEqual([3])
    expect(emulator.stats().tasksAccepted).toBe(3)
  },
  "`run([...])`: one that fails leaves the others": async ({ client }) => {
    const outcomes = await client().run([
      { ...image, seed: 1 },
      { ...image, positivePrompt: "fog [[fail:contentModerated]]" },
      untyped({ ...image, width: -5 }),
      { ...image, seed: 4 }
    ])
    expect(outcomes).toMatchObject([
      { status: "success" },
      { status: "error", error: { submission: "accepted" } },
      { status: "error", error: { code: "validation", parameter: "width", submission: "rejected" } },
      { status: "success" }
    ])
  },
  "`partial` gives the outcome of each generation": async ({ client }) => {
    const params = { ...image, positivePrompt: "fog [[fail:providerError@1]]", numberResults: 3 }
    const outcomes = await client().run(params, { partial: true })
    expect(outcomes.map(({ status }) => status)).toEqual(["success", "success", "error"])
    expect(outcomes.at(-1)).toMatchObject({ error: { code: "provider" } })
  },
  "`maxConcurrency` bounds the tasks in flight": async ({ client, emulator }) => {
    const one = client({ maxConcurrency: 2 })
    const all = Promise.all(Array.from({ length: 5 }, () => one.run(slowImage(100))))
    await until(() => emulator.stats().tasksAccepted === 2)
    const { tasksAccepted, tasksBilled } = emulator.stats()
    expect(tasksAccepted - tasksBilled).toBeLessThanOrEqual(2)
    expect(await all).toHaveLength(5)
    expect(emulator.stats().tasksBilled).toBe(5)
  },
  "`coalesce`: calls that start together share a request": {
    on: "rest",
    run: async ({ client, seen }) => {
      const one = client({ coalesce: true })
      const results = await Promise.all([1, 2, 3].map((seed) => one.run({ ...image, seed })))
      expect(results.map(([result]) => result?.seed)).toEqual([1, 2, 3])
      expect(carrying(seen, "imageInference").map(({ taskTypes }) => taskTypes.length)).toEqual([3])
    }
  }
})

const seedsOf = (outcome: TaskOutcome): unknown =>
  outcome.status === "success" ? outcome.results.map((result) => result["seed"]) : outcome.error

const validation = area("validation", {
  "`validate: true` lets good parameters pass": async ({ client }) => {
    expect(await client({ validate: true }).run({ ...image, steps: 20 })).toHaveLength(1)
  },
  "`validate: true` of a client refuses before anything is sent": async ({ client, seen }) => {
    await rejection(client({ validate: true }).run(untyped({ ...image, steps: "twenty" })), {
      code: "validation",
      parameter: "steps",
      submission: "none",
      validationErrors: [{ path: "steps", rule: "type" }]
    })
    expect(carrying(seen, "imageInference")).toEqual([])
  },
  "`validate: true` of a call names what is missing": async ({ client, seen }) => {
    const { positivePrompt: _, ...incomplete } = image
    await rejection(client().run(untyped(incomplete), { validate: true }), {
      code: "validation",
      parameter: "positivePrompt",
      submission: "none",
      validationErrors: [{ path: "positivePrompt", rule: "required" }]
    })
    expect(carrying(seen, "imageInference")).toEqual([])
  },
  "`validate: false` of a call overrules the client": async ({ client, emulator }) => {
    const one = client({ validate: true })
    await rejection(one.run(untyped({ ...image, steps: "twenty" }), { validate: false }), {
      code: "validation",
      submission: "rejected"
    })
    expect(emulator.stats().tasksAccepted).toBe(0)
  },
  "utilities are validated, too": async ({ client, seen }) => {
    await rejection(client().modelSearch(untyped({ search: "ink", category: "loras" }), { validate: true }), {
      code: "validation",
      parameter: "category",
      submission: "none"
    })
    expect(carrying(seen, "modelSearch")).toEqual([])
  },
  "without it the service's own refusal names the parameter": async ({ client, emulator }) => {
    await rejection(client().run(untyped({ ...image, width: 100_000 })), {
      code: "validation",
      parameter: "width",
      submission: "rejected"
    })
    expect(emulator.stats()).toMatchObject({ tasksAccepted: 0, amountBilled: 0 })
  },
  "the schemas of the release serve where the service's can't be had": async ({ client, emulator }) => {
    emulator.respondNext({
      status: 503,
      times: Number.POSITIVE_INFINITY,
      match: ({ path }) => path.startsWith("/resolve/")
    })
    await rejection(client({ maxRetries: 0 }).run(untyped({ ...image, steps: "twenty" }), { validate: true }), {
      code: "validation",
      parameter: "steps"
    })
  }
})

const ways = area("ways to call", {
  "`await createClient` gives the client": async ({ emulator, sdk, transport }) => {
    await using one = await sdk.createClient({ apiKey: emulator.apiKey, baseUrl: emulator.url, transport })
    expect(await one.run(image)).toHaveLength(1)
  },
  "`runAs` runs a community model as one of its family": async ({ client, emulator }) => {
    const params = { ...image, model: "civitai:133005@782002", width: 1024, height: 1024 }
    const [result] = await client().runAs("sdxl", params)
    expect(result).toMatchObject({ taskType: "imageInference", imageURL: expect.any(String) })
    expect(emulator.task(result?.taskUUID ?? "")?.request).toMatchObject(params)
  },
  "`learnedTimes` of one client are where the next one begins": async ({ client, seen }) => {
    const teacher = client({ polling: "adaptive" })
    for (const seed of [1, 2, 3, 4]) await teacher.run({ ...slowImage(400), seed })
    const taught = carrying(seen, "getResponse").length
    // As it comes out of a file.
    const learnedTimes = JSON.parse(JSON.stringify(teacher.learnedTimes())) as ReturnType<typeof teacher.learnedTimes>
    expect(learnedTimes.kinds).toMatchObject([{ kind: expect.stringContaining("runware:101@1") }])
    const pupil = client({ polling: "adaptive", learnedTimes })
    expect(pupil.learnedTimes()).toEqual(learnedTimes)
    await pupil.run({ ...slowImage(400), seed: 5 })
    const asked = carrying(seen, "getResponse").length - taught
    expect(asked).toBeLessThan(taught)
  }
})

export const calls: ReadonlyArray<Row> = [...ways, ...cancellation, ...callbacks, ...together, ...validation]
