import type * as CoreRunware from "@effect-runware/core/Runware"
import type * as Core from "@effect-runware/core/RunwareConfig"
import type * as CoreError from "@effect-runware/core/RunwareError"
import type * as CoreLogger from "@effect-runware/core/RunwareLogger"
import type * as CoreTask from "@effect-runware/core/Task"
import type * as CoreTransport from "@effect-runware/core/Transport"
import type { ImageInferenceResult } from "@effect-runware/schemas/results"
import { describe, expectTypeOf, it } from "vitest"
import type * as ws from "ws"
import {
  type CallOptions,
  type ClientConfig,
  type ConnectionStatus,
  type createClient,
  createRunwareError,
  type ErrorDetails,
  isRunwareError,
  type Item,
  type LogEntry,
  type Progress,
  type RunwareClient,
  RunwareError,
  type RunwareErrorCode,
  type Submission,
  type TaskHandle,
  type WebSocketClass
} from "../src/index.ts"

// Types only: nothing of it runs.
declare const client: RunwareClient

describe("results", () => {
  it("have the type of a literal task type", () => {
    const run = () => client.run({ taskType: "imageInference", model: "runware:101@1", positivePrompt: "x" })
    expectTypeOf(run).returns.resolves.toEqualTypeOf<Array<ImageInferenceResult>>()
    const image = async () => (await run())[0]
    expectTypeOf(image).returns.resolves.toEqualTypeOf<ImageInferenceResult | undefined>()
  })

  it("are open items without one", () => {
    const run = () => client.run({ model: "runware:101@1", positivePrompt: "x" })
    expectTypeOf(run).returns.resolves.toEqualTypeOf<Array<Item>>()
  })

  it("reach the callback", () => {
    const params = { taskType: "imageInference", model: "runware:101@1" } as const
    const run = () =>
      client.run(params, {
        onResult: (item) => expectTypeOf(item).toEqualTypeOf<ImageInferenceResult>(),
        onProgress: (progress) => expectTypeOf(progress).toEqualTypeOf<Progress>()
      })
    expectTypeOf(run).toBeFunction()
  })
})

describe("what must not compile", () => {
  it("is refused", () => {
    const refused = (make: typeof createClient) => [
      // @ts-expect-error an option that there isn't
      make({ apiKy: "key" }),
      // @ts-expect-error a duration without a unit
      make({ timeout: "30" }),
      // @ts-expect-error a transport that there isn't
      make({ transport: "http" }),
      // @ts-expect-error an injected fetch that is none
      make({ dependencies: { fetch: () => "no" } }),
      // @ts-expect-error parameters that are no object
      client.run("a lighthouse"),
      // @ts-expect-error a model that is no name
      client.run({ model: 101 }),
      // @ts-expect-error a number of results that is none
      client.run({ model: "runware:101@1", numberResults: "2" }),
      // @ts-expect-error callbacks belong to `run`
      client.submit({ model: "runware:101@1" }, { onResult: () => {} }),
      // @ts-expect-error errors are made by `createRunwareError`
      new RunwareError({ message: "no" })
    ]
    expectTypeOf(refused).toBeFunction()
  })

  it("includes a field of the wrong kind in a typed result", () => {
    const seed = async () => {
      const [image] = await client.run({ taskType: "imageInference", model: "runware:101@1" })
      // @ts-expect-error a seed is a number
      const text: string | undefined = image?.seed
      return text
    }
    expectTypeOf(seed).toBeFunction()
  })
})

describe("the core behind it", () => {
  it("has the same call options", () => {
    expectTypeOf<keyof CoreRunware.CallOptions>().toEqualTypeOf<Exclude<keyof CallOptions, "signal">>()
    expectTypeOf<Omit<CallOptions, "signal">>().toExtend<CoreRunware.CallOptions>()
  })

  it("has the same options, but for those that only an Effect program can use", () => {
    type Shared = Exclude<keyof ClientConfig, "dependencies" | "debug" | "logSink">
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
    expectTypeOf<Progress>().toEqualTypeOf<CoreTask.Progress>()
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
