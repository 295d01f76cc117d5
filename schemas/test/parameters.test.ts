import type { ClientParams, Family, LooseParams, ModelName, RunParams, RunResult } from "@effect-runware/schemas/calls"
import type { FamilyParams, ModelParams, OperationParams, UtilityParams } from "@effect-runware/schemas/parameters"
import type { Architecture, Modality, ModelAir, ModelSlug, Operation } from "@effect-runware/schemas/registry"
import type { FamilyResults, ModelResults, UtilityResults } from "@effect-runware/schemas/results"
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, expectTypeOf, it } from "vitest"

const generated = new URL("../src/generated/", import.meta.url)
const source = (name: string): string => readFileSync(new URL(name, generated), "utf8")

/** Modules with something in them at run time. */
const values = new Set(["version.ts", "registry.ts", "requests.ts"])
const types = readdirSync(generated).filter((name) => !values.has(name))

describe("parameter types", () => {
  it("are there for every model by both of its names, every family and every utility", () => {
    expectTypeOf<keyof ModelParams>().toEqualTypeOf<ModelAir | ModelSlug>()
    expectTypeOf<keyof ModelResults>().toEqualTypeOf<ModelName>()
    expectTypeOf<keyof FamilyParams>().toEqualTypeOf<Architecture | Modality | Operation>()
    expectTypeOf<keyof FamilyResults>().toEqualTypeOf<Family>()
    expectTypeOf<keyof UtilityResults>().toEqualTypeOf<keyof UtilityParams>()
  })

  it("require what the client can't know", () => {
    expectTypeOf<UtilityParams["getResponse"]["taskUUID"]>().toEqualTypeOf<string>()
    expectTypeOf<UtilityParams["modelSearch"]["taskUUID"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<ModelParams["runware:101@1"]["width"]>().toEqualTypeOf<number>()
    expectTypeOf<ModelParams["runware:101@1"]["taskType"]>().toEqualTypeOf<"imageInference" | undefined>()
    expectTypeOf<ModelParams["bfl-flux-1-dev"]>().toEqualTypeOf<ModelParams["runware:101@1"]>()
  })

  it("of a model without parameters of its own are those of its family", () => {
    type Training = ModelParams["runware:z-image@style-lora-training"]
    expectTypeOf<Omit<Training, "model">>().toEqualTypeOf<Omit<OperationParams["training"], "model">>()
  })

  it("may be named by family where a client is told the task type", () => {
    type Named = ClientParams<"sdxl", string, "URL", false>
    expectTypeOf<Named["model"]>().toEqualTypeOf<string>()
    expectTypeOf<Named["width"]>().toEqualTypeOf<number>()
    expectTypeOf<undefined>().not.toExtend<RunParams<"runware:101@1", string, "URL", false>["width"]>()
  })

  it("are loose where nothing is known, and so are results", () => {
    expectTypeOf<LooseParams>().toExtend<RunParams<string, string, "URL", false>>()
    expectTypeOf<RunResult<string, string, "URL", false, "open">>().toEqualTypeOf<"open">()
  })

  it("weigh nothing at run time", () => {
    const code = types.flatMap((name) =>
      source(name)
        .split("\n")
        .filter((line) => /^(export (?!type |interface |\{\})|import (?!type ))/.test(line))
        .map((line) => `${name}: ${line}`)
    )
    expect(code).toEqual([])
  })

  it("stay small: what the compiler emits for them is as long as they are", () => {
    const bytes = types.reduce((sum, name) => sum + Buffer.byteLength(source(name)), 0)
    expect(bytes).toBeLessThan(1_200_000)
  })
})
