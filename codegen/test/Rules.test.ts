import type { JsonSchema } from "@effect-runware/schemas"
import { Ajv2019 } from "ajv/dist/2019.js"
import { describe, expect, it } from "vitest"
import type { Rule } from "../src/assemble/Facts.ts"
import { bitrateByTable, dimensionsOneOf, ruleSchema } from "../src/assemble/Rules.ts"

type Request = Readonly<Record<string, unknown>>

interface Case {
  readonly rule: Rule
  readonly accepts: ReadonlyArray<Request>
  readonly rejects: ReadonlyArray<Request>
}

const ajv = new Ajv2019({ strict: false })

const accepted = (schema: JsonSchema, requests: ReadonlyArray<Request>): ReadonlyArray<Request> => {
  const validate = ajv.compile(schema)
  return requests.filter((request) => validate(request))
}

const cases: ReadonlyArray<Case> = [
  {
    rule: { kind: "together", params: ["width", "height"] },
    accepts: [{}, { width: 1, height: 1 }],
    rejects: [{ width: 1 }, { height: 1 }]
  },
  {
    rule: { kind: "together", params: ["settings.low", "settings.high"] },
    accepts: [{}, { settings: {} }, { settings: { low: 1, high: 2 } }],
    rejects: [{ settings: { low: 1 } }, { settings: { high: 2 } }]
  },
  {
    rule: { kind: "exclusive", groups: [["resolution"], ["width", "height"]] },
    accepts: [{}, { resolution: "1K" }, { width: 1, height: 1 }],
    rejects: [
      { resolution: "1K", width: 1 },
      { resolution: "1K", height: 1 }
    ]
  },
  {
    rule: { kind: "exclusive", groups: [["inputs.audio"], ["inputs.video"], ["speech"]] },
    accepts: [{ inputs: { audio: "a" } }, { inputs: { video: "v" } }, { speech: {} }],
    rejects: [{ inputs: { audio: "a", video: "v" } }, { inputs: { video: "v" }, speech: {} }]
  },
  {
    rule: { kind: "atLeastOne", groups: [["inputs.frameImages"], ["width", "height"]] },
    accepts: [{ inputs: { frameImages: [] } }, { width: 1, height: 1 }, { inputs: { frameImages: [] }, width: 1 }],
    rejects: [{}, { inputs: {} }, { width: 1 }]
  },
  {
    rule: { kind: "exactlyOne", groups: [["inputs.frameImages"], ["width", "height"]] },
    accepts: [{ inputs: { frameImages: [] } }, { width: 1, height: 1 }],
    rejects: [{}, { width: 1 }, { inputs: { frameImages: [] }, width: 1 }]
  },
  {
    rule: { kind: "requiresWhenPresent", present: ["resolution", "ratio"], requires: ["inputs.frameImages"] },
    accepts: [{}, { ratio: 1, inputs: { frameImages: [] } }],
    rejects: [{ resolution: "1K" }, { ratio: 1, inputs: {} }]
  },
  {
    rule: { kind: "requiresOneOfWhenPresent", present: ["resolution"], requires: ["inputs.a", "inputs.b"] },
    accepts: [{}, { resolution: "1K", inputs: { b: 1 } }],
    rejects: [{ resolution: "1K" }, { resolution: "1K", inputs: { c: 1 } }]
  },
  {
    rule: { kind: "requiresWhenAbsent", absent: ["inputs.a", "inputs.b"], requires: ["width", "height"] },
    accepts: [{ inputs: { a: 1 } }, { inputs: { b: 1 } }, { width: 1, height: 1 }],
    rejects: [{}, { inputs: {} }, { width: 1 }]
  },
  {
    rule: { kind: "constWhenPresent", param: "settings.remesh", present: ["settings.topology"], value: true },
    accepts: [{ settings: { topology: "quad" } }, { settings: { remesh: false } }],
    rejects: [{ settings: { topology: "quad", remesh: false } }]
  },
  {
    rule: { kind: "maximumWhenPresent", param: "duration", present: ["inputs.video"], value: 10 },
    accepts: [{ duration: 15 }, { duration: 10, inputs: { video: "v" } }, { inputs: { video: "v" } }],
    rejects: [{ duration: 11, inputs: { video: "v" } }]
  },
  {
    rule: { kind: "enumWhenDimensions", param: "duration", dimensions: [[1920, 1080]], enum: [6] },
    accepts: [
      { duration: 10 },
      { duration: 10, width: 1080, height: 1920 },
      { duration: 6, width: 1920, height: 1080 }
    ],
    rejects: [{ duration: 10, width: 1920, height: 1080 }]
  },
  {
    rule: { kind: "enumWhenConst", param: "speech.voice", when: { "speech.language": "ja" }, enum: ["Asuka"] },
    accepts: [{ speech: { voice: "Jing" } }, { speech: { voice: "Asuka", language: "ja" } }],
    rejects: [{ speech: { voice: "Jing", language: "ja" } }]
  },
  {
    rule: { kind: "forbiddenWhenConst", params: ["outputFormat", "settings.pbr"], when: { "settings.flat": true } },
    accepts: [{ outputFormat: "GLB" }, { outputFormat: "GLB", settings: { flat: false, pbr: true } }],
    rejects: [{ settings: { flat: true, pbr: true } }, { outputFormat: "GLB", settings: { flat: true } }]
  }
]

describe("a rule across parameters", () => {
  it.each(cases)("$rule.kind", ({ accepts, rejects, rule }) => {
    expect(accepted(ruleSchema(rule), [...accepts, ...rejects])).toEqual(accepts)
  })

  it("names the parameter that is one too many", () => {
    const validate = new Ajv2019({ strict: false, allErrors: true }).compile(
      ruleSchema({ kind: "exclusive", groups: [["resolution"], ["width", "height"]] })
    )
    validate({ resolution: "1K", width: 1, height: 1 })
    expect(validate.errors?.map((error) => error.instancePath)).toEqual(["/width", "/height", ""])
  })
})

describe("a list of dimensions", () => {
  it("says nothing about requests without a size", () => {
    const schema = dimensionsOneOf([
      [1024, 1024],
      [1024, 768]
    ])
    const fine = [{}, { width: 5 }, { width: 1024, height: 1024 }, { width: 1024, height: 768 }]
    expect(accepted(schema, [...fine, { width: 768, height: 1024 }])).toEqual(fine)
  })
})

describe("a table of bitrates", () => {
  const rows = [
    { outputFormat: "MP3", sampleRate: 8000, minimum: 8, maximum: 64 },
    { outputFormat: "MP3", sampleRate: 12000, minimum: 8, maximum: 64 },
    { outputFormat: "OGG", sampleRate: 8000, channels: 1, minimum: 8, maximum: 40 }
  ]
  const schemas = bitrateByTable("audioSettings.bitrate", rows)

  it("takes rows with equal bounds as one", () => {
    expect(schemas.length).toBe(2)
  })

  it("bounds the bitrate by format, sample rate and channels", () => {
    const fine = [
      { outputFormat: "MP3", audioSettings: { sampleRate: 12000, bitrate: 64 } },
      { outputFormat: "MP3", audioSettings: { sampleRate: 48000, bitrate: 320 } },
      { outputFormat: "OGG", audioSettings: { sampleRate: 8000, bitrate: 64 } }
    ]
    const wrong = [
      { outputFormat: "MP3", audioSettings: { sampleRate: 12000, bitrate: 65 } },
      { outputFormat: "OGG", audioSettings: { sampleRate: 8000, channels: 1, bitrate: 64 } }
    ]
    expect(accepted({ allOf: schemas }, [...fine, ...wrong])).toEqual(fine)
  })
})
