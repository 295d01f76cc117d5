import { describe, expect, it } from "vitest"
import { generalLimits, limited, limitsOfAnyModel, mergeLimits } from "../src/assemble/Limits.ts"

describe("layers of limits", () => {
  it("lets the more specific bounds replace the general ones as a whole", () => {
    expect(
      mergeLimits(
        { width: { minimum: 128, maximum: 2048, multipleOf: 64, default: 512 } },
        { width: { maximum: 4096 } }
      )
    ).toEqual({ width: { maximum: 4096, default: 512 } })
  })

  it("keeps general bounds where the specific layer has none", () => {
    expect(mergeLimits({ numberResults: { maximum: 20 } }, { numberResults: { default: 1 } })).toEqual({
      numberResults: { maximum: 20, default: 1 }
    })
  })

  it("drops value sets of old documentation and keeps its bounds", () => {
    expect(mergeLimits({ steps: { stale: true, maximum: 50, enum: [10, 20] } })).toEqual({ steps: { maximum: 50 } })
  })

  it("does not hold a model to general limits of what each model decides for itself", () => {
    expect(limitsOfAnyModel({ width: { maximum: 2048 }, numberResults: { maximum: 20 } })).toEqual({
      numberResults: { maximum: 20 }
    })
  })

  it("widens a bound to the widest row of its table", () => {
    const table = [{ outputFormat: "MP3", sampleRate: 8000, minimum: 8, maximum: 64 }]
    expect(generalLimits({ params: { bitrate: { minimum: 32, maximum: 320 } }, tables: { bitrate: table } })).toEqual({
      bitrate: { minimum: 8, maximum: 320 }
    })
  })
})

describe("a limited parameter", () => {
  it("has bounds and a default within them", () => {
    expect(limited({ type: "integer" }, { minimum: 1, maximum: 9, default: 3 })).toEqual({
      type: "integer",
      minimum: 1,
      maximum: 9,
      default: 3
    })
  })

  it("loses a default that its values do not allow", () => {
    expect(limited({ type: "string", enum: ["async"] }, { default: "sync" })).toEqual({
      type: "string",
      enum: ["async"]
    })
  })

  it("keeps the value set of the release, whatever else is said", () => {
    expect(limited({ enum: [4, 8] }, { enum: [8], maximum: 4 })).toEqual({ enum: [4, 8] })
  })

  it("takes a type where the release has none", () => {
    expect([limited({}, { type: "number" }), limited({ type: "integer" }, { type: "number" })]).toEqual([
      { type: "number" },
      { type: "integer" }
    ])
  })

  it("has a pattern beside a format, which validators do not check", () => {
    const { pattern = "" } = limited({ type: "string" }, { format: "uuid" })
    const matches = ["7b1c9d20-5e4f-4a3b-8c2d-000000000001", "task-1"].map((value) => new RegExp(pattern).test(value))
    expect(matches).toEqual([true, false])
  })
})
