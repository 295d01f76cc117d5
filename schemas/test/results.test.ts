import type { ModelAir, ModelSlug, Operation } from "@effect-runware/schemas/registry"
import type { TaskResults } from "@effect-runware/schemas/results"
import { describe, expectTypeOf, it } from "vitest"

describe("result types", () => {
  it("know the fields of a task type", () => {
    expectTypeOf<TaskResults["imageInference"]["imageUUID"]>().toEqualTypeOf<string>()
    expectTypeOf<TaskResults["imageInference"]["imageURL"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<TaskResults["textInference"]["usage"]["totalTokens"]>().toEqualTypeOf<number>()
    expectTypeOf<TaskResults["mediaStorage"]["operation"]>().toEqualTypeOf<"upload" | "delete">()
  })

  it("promise only what every model of the task type answers", () => {
    expectTypeOf<TaskResults["upscale"]["imageUUID"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<TaskResults["upscale"]["videoUUID"]>().toEqualTypeOf<string | undefined>()
  })

  it("leave fields that nobody knows unknown", () => {
    expectTypeOf<TaskResults["videoInference"]["posterURL"]>().toEqualTypeOf<unknown>()
  })
})

describe("names", () => {
  it("are literals", () => {
    expectTypeOf<"runware:101@1">().toExtend<ModelAir>()
    expectTypeOf<"bfl:99@99">().not.toExtend<ModelAir>()
    expectTypeOf<"alibaba-happyhorse-1-0">().toExtend<ModelSlug>()
    expectTypeOf<"upscale-video">().toExtend<Operation>()
  })
})
