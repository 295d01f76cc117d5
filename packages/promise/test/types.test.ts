import type * as CoreRunware from "@effect-runware/core/Runware"
import type * as Core from "@effect-runware/core/RunwareConfig"
import type * as CoreError from "@effect-runware/core/RunwareError"
import type * as CoreLogger from "@effect-runware/core/RunwareLogger"
import type * as CoreTask from "@effect-runware/core/Task"
import type * as CoreTransport from "@effect-runware/core/Transport"
import { describe, expectTypeOf, it } from "vitest"
import type * as ws from "ws"
import {
  type CallOptions,
  type ClientConfig,
  type ConnectionStatus,
  type createClient,
  createRunwareError,
  type ErrorDetails,
  type Family,
  type FamilyResults,
  isRunwareError,
  type Item,
  type LogEntry,
  type ModelParams,
  type ModelResults,
  type Outcome,
  type Progress,
  type RunOptions,
  type RunwareClient,
  RunwareError,
  type RunwareErrorCode,
  type Submission,
  type TaskHandle,
  type TaskOutcome,
  type TaskParams,
  type TaskState,
  type WebSocketClass
} from "../src/index.ts"

// Types only: nothing of it runs.
declare const client: RunwareClient

/** What a call gives. */
type Given<F extends (...args: never) => Promise<unknown>> = Awaited<ReturnType<F>>
/** One of the results that a call gives. */
type One<F extends (...args: never) => Promise<ReadonlyArray<unknown>>> = Given<F>[number]

const flux = { model: "runware:101@1", positivePrompt: "fog", width: 768, height: 512 } as const
const community = { model: "civitai:1@2", positivePrompt: "fog", width: 768, height: 512 } as const

describe("parameters and results", () => {
  it("follow from the AIR of a model", () => {
    const run = () => client.run({ model: "runware:101@1", positivePrompt: "fog", width: 768, height: 512 })
    expectTypeOf<Given<typeof run>>().toBeArray()
    expectTypeOf<One<typeof run>["imageURL"]>().toEqualTypeOf<string>()
    expectTypeOf<One<typeof run>["taskType"]>().toEqualTypeOf<"imageInference">()
    expectTypeOf<One<typeof run>["cost"]>().toEqualTypeOf<number | undefined>()
  })

  it("follow from its slug as well", () => {
    const byAir = () => client.run(flux)
    const bySlug = () => client.run({ ...flux, model: "bfl-flux-1-dev" })
    expectTypeOf<Given<typeof bySlug>>().toEqualTypeOf<Given<typeof byAir>>()
  })

  it("say in what form a file comes, and its cost where that was asked for", () => {
    const run = () => client.run({ ...flux, outputType: "dataURI", includeCost: true })
    expectTypeOf<One<typeof run>["imageDataURI"]>().toEqualTypeOf<string>()
    expectTypeOf<One<typeof run>["imageURL"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<One<typeof run>["cost"]>().toEqualTypeOf<number>()
  })

  it("differ from model to model", () => {
    const video = () => client.run({ model: "alibaba:happyhorse@1.0", positivePrompt: "fog", duration: 5 })
    expectTypeOf<One<typeof video>["videoURL"]>().toEqualTypeOf<string>()
    const text = () => client.run({ model: "alibaba:qwen@3.5-27b", messages: [{ role: "user", content: "fog?" }] })
    expectTypeOf<One<typeof text>["text"]>().toEqualTypeOf<string>()
  })

  it("follow from the task type of a utility", () => {
    const search = () => client.run({ taskType: "modelSearch", search: "fog", category: "lora" })
    expectTypeOf<One<typeof search>["results"][number]["air"]>().toEqualTypeOf<string>()
  })

  it("are open for a model that the release doesn't know", () => {
    const image = () => client.run({ model: "civitai:1@2", taskType: "imageInference", anything: { at: "all" } })
    expectTypeOf<One<typeof image>["imageURL"]>().toEqualTypeOf<string>()
    const future = () => client.run({ model: "demo:dream@1", taskType: "dreamInference", depth: 3 })
    expectTypeOf<Given<typeof future>>().toEqualTypeOf<Array<Item>>()
    const dynamic = (model: string) => client.run({ model, anything: 1 })
    expectTypeOf<Given<typeof dynamic>>().toEqualTypeOf<Array<Item>>()
    const loose = (params: TaskParams) => client.run(params)
    expectTypeOf<Given<typeof loose>>().toEqualTypeOf<Array<Item>>()
  })

  it("can be named by programs that wrap the client", () => {
    const run = (params: ModelParams["runware:101@1"]) => client.run(params)
    expectTypeOf<One<typeof run>>().toExtend<ModelResults["runware:101@1"]>()
    expectTypeOf(flux).toExtend<ModelParams["bfl-flux-1-dev" | "runware:101@1"]>()
    expectTypeOf<"sdxl" | "video">().toExtend<Family>()
  })

  it("follow from the family of a community model", () => {
    const sdxl = () => client.runAs("sdxl", { ...community, outputType: "base64Data" })
    expectTypeOf<One<typeof sdxl>["imageBase64Data"]>().toEqualTypeOf<string>()
    const video = () => client.runAs("video", { model: "demo:video@1", positivePrompt: "fog", newParameter: true })
    expectTypeOf<One<typeof video>["videoURL"]>().toEqualTypeOf<string>()
  })

  it("follow from a type argument", () => {
    const named = () => client.run<"runware:101@1">(flux)
    expectTypeOf<One<typeof named>["imageURL"]>().toEqualTypeOf<string>()
    const sdxl = () => client.run<"sdxl">({ ...community, taskType: "imageInference", outputType: "dataURI" })
    expectTypeOf<One<typeof sdxl>["imageDataURI"]>().toEqualTypeOf<string | undefined>()
    const image = () => client.run<"image">({ ...community, taskType: "imageInference", newParameter: 1 })
    expectTypeOf<One<typeof image>["imageUUID"]>().toEqualTypeOf<string>()
  })

  it("reach the callbacks", () => {
    const run = () =>
      client.run(
        { ...flux, outputType: "base64Data" },
        {
          onResult: (item) => {
            expectTypeOf(item.imageBase64Data).toEqualTypeOf<string | undefined>()
            if (item.error) expectTypeOf(item.error).toEqualTypeOf<RunwareError>()
            else expectTypeOf(item.imageBase64Data).toEqualTypeOf<string>()
          },
          onProgress: (progress) => expectTypeOf(progress).toEqualTypeOf<Progress>()
        }
      )
    expectTypeOf<One<typeof run>["imageBase64Data"]>().toEqualTypeOf<string>()
  })

  it("reach the callbacks of a family and of partial outcomes", () => {
    const family = () =>
      client.runAs("sdxl", community, {
        onResult: (item) => expectTypeOf(item.imageURL).toEqualTypeOf<string | undefined>()
      })
    const partial = () =>
      client.run(flux, {
        partial: true,
        onResult: (item) => expectTypeOf(item.imageURL).toEqualTypeOf<string | undefined>()
      })
    expectTypeOf<One<typeof family>["imageURL"]>().toEqualTypeOf<string>()
    expectTypeOf<One<typeof partial>["status"]>().toEqualTypeOf<"success" | "error">()
  })

  it("become outcomes with `partial`", () => {
    const run = () => client.run(flux)
    const partial = () => client.run(flux, { partial: true })
    expectTypeOf<Given<typeof partial>>().toEqualTypeOf<Array<Outcome<One<typeof run>>>>()
    const family = () => client.runAs("sdxl", community, { partial: true })
    expectTypeOf<One<typeof family>["status"]>().toEqualTypeOf<"success" | "error">()
    const whole = () => client.run(flux, { partial: false, timeout: "1 minute" })
    expectTypeOf<Given<typeof whole>>().toEqualTypeOf<Given<typeof run>>()
    const either = (isPartial: boolean) => client.run(flux, { partial: isPartial })
    expectTypeOf<One<typeof either>>().toEqualTypeOf<One<typeof run> | Outcome<One<typeof run>>>()
  })

  it("narrow by the status of an outcome", () => {
    const told = (outcome: Outcome<{ readonly url: string }>, task: TaskOutcome) => {
      expectTypeOf(outcome.status === "success" ? outcome.result.url : outcome.error.code).toEqualTypeOf<string>()
      return task.status === "success" ? task.results : task.error
    }
    expectTypeOf(told).returns.toEqualTypeOf<Array<Item> | RunwareError>()
  })

  it("of a batch are each task's own", () => {
    const many = () =>
      client.run([
        { ...flux, includeCost: true },
        { model: "civitai:1@2", taskType: "videoInference", anything: 1 },
        { taskType: "modelSearch", search: "fog" }
      ])
    type Many = Given<typeof many>
    type ResultsOf<T> = T extends { readonly status: "success"; readonly results: ReadonlyArray<infer A> } ? A : never
    expectTypeOf<Many["length"]>().toEqualTypeOf<3>()
    expectTypeOf<ResultsOf<Many[0]>["cost"]>().toEqualTypeOf<number>()
    expectTypeOf<ResultsOf<Many[1]>["videoURL"]>().toEqualTypeOf<string>()
    expectTypeOf<ResultsOf<Many[2]>["totalResults"]>().toEqualTypeOf<number>()
    const loose = (all: ReadonlyArray<TaskParams>) => client.run(all)
    expectTypeOf<One<typeof loose>>().toExtend<TaskOutcome>()
    expectTypeOf<TaskOutcome>().toExtend<One<typeof loose>>()
    const partial = () => client.run([flux], { partial: true })
    expectTypeOf<ResultsOf<Given<typeof partial>[0]>["status"]>().toEqualTypeOf<"success" | "error">()
  })

  it("of utilities follow from their operation", () => {
    const details = () => client.accountManagement({ operation: "getDetails" })
    expectTypeOf<Given<typeof details>["balance"]["amount"]>().toEqualTypeOf<number>()
    const usage = () => client.accountManagement({ operation: "getUsageErrors", startDate: "2026-07-01" })
    expectTypeOf<NonNullable<Given<typeof usage>["usage"]["model"]>["meta"]["errorRate"]>().toEqualTypeOf<number>()
    const stored = () => client.mediaStorage({ operation: "upload", media: "data:," })
    expectTypeOf<Given<typeof stored>["mediaURL"]>().toEqualTypeOf<string>()
    const search = () => client.modelSearch({ search: "fog" })
    expectTypeOf<Given<typeof search>["results"][number]["air"]>().toEqualTypeOf<string>()
    const state = () => client.getResponse("00000000-0000-4000-8000-000000000001")
    expectTypeOf<Given<typeof state>>().toEqualTypeOf<TaskState>()
  })

  it("are those of `run` for `submit`, whose handle hands them to `attach`", () => {
    const run = () => client.run({ ...flux, outputType: "dataURI" })
    const submit = () => client.submit({ ...flux, outputType: "dataURI" })
    const attach = async () => client.attach(await submit())
    // @ts-expect-error a field of another task type
    const wrong = async () => (await attach())[0]?.videoURL
    expectTypeOf(wrong).toBeFunction()
    expectTypeOf<Given<typeof attach>>().toEqualTypeOf<Given<typeof run>>()
    const named = async () => client.attach(await client.submit<"sdxl">({ taskType: "imageInference", ...community }))
    expectTypeOf<Given<typeof named>>().toEqualTypeOf<Array<FamilyResults["sdxl"]>>()
  })

  it("are open for `attach` to a handle that was stored, or to a taskUUID", () => {
    const stored = (handle: TaskHandle) => client.attach(handle)
    expectTypeOf<Given<typeof stored>>().toEqualTypeOf<Array<Item>>()
    const parsed = (text: string) => client.attach(JSON.parse(text))
    expectTypeOf<Given<typeof parsed>>().toEqualTypeOf<Array<Item>>()
    const either = (task: TaskHandle | string) => client.attach(task, { timeout: 5 })
    expectTypeOf<Given<typeof either>>().toEqualTypeOf<Array<Item>>()
    const byUuid = () => client.attach("00000000-0000-4000-8000-000000000001")
    expectTypeOf<Given<typeof byUuid>>().toEqualTypeOf<Array<Item>>()
  })
})

describe("what must not compile", () => {
  it("is refused in options", () => {
    const refused = (make: typeof createClient) => [
      // @ts-expect-error an option that there isn't
      make({ apiKy: "key" }),
      // @ts-expect-error a duration without a unit
      make({ timeout: "30" }),
      // @ts-expect-error a transport that there isn't
      make({ transport: "http" }),
      // @ts-expect-error an injected fetch that is none
      make({ dependencies: { fetch: () => "no" } }),
      // @ts-expect-error an option of a call that there isn't
      client.run(flux, { timout: 5 }),
      // @ts-expect-error callbacks belong to `run`
      client.submit(flux, { onResult: () => {} }),
      // @ts-expect-error a parameter that the second task's model doesn't have
      client.run([flux, { ...flux, positivePromt: "fog" }]),
      // @ts-expect-error a task of a batch that lacks its prompt
      client.run([{ model: "runware:101@1", width: 768, height: 512 }]),
      // @ts-expect-error details of the account take no span
      client.accountManagement({ operation: "getDetails", startDate: "2026-07-01" }),
      // @ts-expect-error an operation that there isn't
      client.mediaStorage({ operation: "move", media: "data:," }),
      // @ts-expect-error an upload without a name
      client.modelUpload({ category: "lora", architecture: "sdxl", format: "safetensors" }),
      // @ts-expect-error errors are made by `createRunwareError`
      new RunwareError({ message: "no" })
    ]
    expectTypeOf(refused).toBeFunction()
  })

  it("is refused in parameters", () => {
    const refused = () => [
      // @ts-expect-error no object
      client.run("a lighthouse"),
      // @ts-expect-error a model that is no name
      client.run({ model: 101 }),
      // @ts-expect-error a misspelt parameter
      client.run({ model: "runware:101@1", positivePromt: "fog", width: 768, height: 512 }),
      // @ts-expect-error one that is missing
      client.run({ model: "runware:101@1", positivePrompt: "fog", width: 768 }),
      // @ts-expect-error also by slug
      client.run({ model: "bfl-flux-1-dev", positivePrompt: "fog", width: 768 }),
      // @ts-expect-error a value that isn't among those allowed
      client.run({ ...flux, outputFormat: "PNGG" }),
      // @ts-expect-error one of the wrong kind
      client.run({ ...flux, numberResults: "2" }),
      // @ts-expect-error the task type of another model
      client.run({ ...flux, taskType: "videoInference" }),
      // @ts-expect-error a parameter of another model
      client.run({ ...flux, duration: 5 }),
      // @ts-expect-error a model that nobody knows without its task type
      client.run({ model: "civitai:1@2", positivePrompt: "fog" }),
      // @ts-expect-error a utility without what it needs
      client.run({ taskType: "modelSearch", limit: 5 }),
      // @ts-expect-error a family that there isn't
      client.runAs("sdxxl", community),
      // @ts-expect-error a misspelt parameter of a family
      client.runAs("sdxl", { model: "civitai:1@2", positivePrompt: "fog", width: 768, heigt: 512 }),
      // @ts-expect-error and beside a type argument
      client.run<"sdxl">({ taskType: "imageInference", model: "civitai:1@2", positivePrompt: "fog", heigt: 512 }),
      // @ts-expect-error a type argument is gone at run time: the task type must be there
      client.run<"sdxl">(community),
      // @ts-expect-error beside a type argument no output type is inferred
      client.run<"runware:101@1">({ ...flux, outputType: "dataURI" }),
      // @ts-expect-error what `run` refuses
      client.submit({ model: "runware:101@1", positivePrompt: "fog", width: 768 })
    ]
    expectTypeOf(refused).toBeFunction()
  })

  it("is refused in results", () => {
    const refused = async () => {
      const [image] = await client.run(flux)
      return [
        // @ts-expect-error a misspelt field
        image?.imageUrl,
        // @ts-expect-error a field of another task type
        image?.videoURL,
        // @ts-expect-error a seed is a number
        image?.seed satisfies string | undefined,
        // @ts-expect-error unless it was asked for, the cost may be missing
        image?.cost satisfies number,
        // @ts-expect-error an outcome is no result
        (await client.run(flux, { partial: true }))[0]?.imageURL
      ]
    }
    expectTypeOf(refused).toBeFunction()
  })
})

describe("the core behind it", () => {
  it("has the same call options", () => {
    expectTypeOf<keyof CoreRunware.CallOptions>().toEqualTypeOf<Exclude<keyof CallOptions, "signal">>()
    expectTypeOf<Omit<CallOptions, "signal">>().toExtend<CoreRunware.CallOptions>()
    type Callback = "onEvent" | "onProgress" | "onResult"
    type Own = "signal" | Callback
    expectTypeOf<Exclude<keyof CoreRunware.RunOptions, Callback>>().toEqualTypeOf<Exclude<keyof RunOptions, Own>>()
    expectTypeOf<Omit<RunOptions, Own>>().toExtend<CoreRunware.RunOptions>()
  })

  it("has the same parameters", () => {
    expectTypeOf<TaskParams>().toEqualTypeOf<CoreTask.TaskParams>()
  })

  it("has the same options, but for those that only an Effect program can use", () => {
    type Shared = Exclude<keyof ClientConfig, "dependencies" | "debug" | "logSink" | "learnedTimes">
    expectTypeOf<Shared>().toEqualTypeOf<Exclude<keyof Core.Options, "transformClient">>()
    expectTypeOf<Pick<ClientConfig, Shared>>().toExtend<Core.Options>()
  })

  it("has the same errors", () => {
    expectTypeOf<CoreError.RunwareError>().toExtend<RunwareError>()
    expectTypeOf<RunwareErrorCode>().toEqualTypeOf<CoreError.RunwareErrorCode>()
    expectTypeOf<Submission>().toEqualTypeOf<CoreError.Submission>()
    expectTypeOf<keyof ErrorDetails>().toEqualTypeOf<Exclude<keyof CoreError.ErrorDetails, "advice">>()
  })

  it("has the same handles, items, progress, entries and states", () => {
    expectTypeOf<TaskHandle>().toExtend<CoreTask.TaskHandle>()
    expectTypeOf<CoreTask.TaskHandle>().toExtend<TaskHandle>()
    expectTypeOf<CoreTask.Item>().toExtend<Item>()
    expectTypeOf<Omit<Progress, "taskUUID">>().toEqualTypeOf<CoreTask.Progress>()
    expectTypeOf<LogEntry>().toEqualTypeOf<CoreLogger.LogEntry>()
    expectTypeOf<ConnectionStatus>().toEqualTypeOf<CoreTransport.ConnectionStatus>()
  })
})

describe("errors", () => {
  it("narrow by guard and by `instanceof`", () => {
    const code = (error: unknown) => (isRunwareError(error) ? error.code : undefined)
    expectTypeOf(code).returns.toEqualTypeOf<RunwareErrorCode | undefined>()
    const submission = (error: unknown) => (error instanceof RunwareError ? error.submission : undefined)
    expectTypeOf(submission).returns.toEqualTypeOf<Submission | undefined>()
    expectTypeOf(createRunwareError).returns.toEqualTypeOf<RunwareError>()
  })
})

describe("dependencies", () => {
  it("take the constructors and the fetch that there are", () => {
    expectTypeOf<typeof globalThis.WebSocket>().toExtend<WebSocketClass>()
    expectTypeOf<typeof ws.WebSocket>().toExtend<WebSocketClass>()
    expectTypeOf<typeof globalThis.fetch>().toExtend<NonNullable<NonNullable<ClientConfig["dependencies"]>["fetch"]>>()
  })
})
