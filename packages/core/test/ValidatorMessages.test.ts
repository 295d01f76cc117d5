// oxlint-disable unicorn/no-thenable -- `then` is a keyword of JSON Schema
import { assert, describe, it } from "@effect/vitest"
import type { JsonSchema } from "@effect-runware/schemas"
import { compile as ajv } from "../src/internal/validation/ajvEngine.ts"
import { compile as cfworker } from "../src/internal/validation/cfworkerEngine.ts"
import { diagnose } from "../src/internal/validation/diagnosis.ts"
import type { JsonObject } from "../src/internal/json.ts"

type Case = readonly [
  name: string,
  schema: JsonObject,
  task: JsonObject,
  issues: ReadonlyArray<readonly [path: string, rawCode: string, message: string]>
]

const property = (schema: JsonObject | boolean): JsonObject => ({ type: "object", properties: { it: schema } })
const schedulers = ["Euler", "Euler a", "Heun", "LCM", "LMS", "DDIM", "UniPC", "DPM++", "DPM++ 2M"]

const cases: ReadonlyArray<Case> = [
  [
    "the range, from both sides",
    property({ minimum: 1, maximum: 50 }),
    { it: 0 },
    [["it", "valueTooSmall", "it must be between 1 and 50, got 0."]]
  ],
  ["an open range", property({ maximum: 5 }), { it: 9 }, [["it", "valueTooLarge", "it must be at most 5, got 9."]]],
  [
    "limits that do not belong to their range",
    property({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    { it: 1 },
    [["it", "valueTooLarge", "it must be less than 1, got 1."]]
  ],
  [
    "multiples of decimals, in spite of their rounding",
    { type: "object", properties: { a: { multipleOf: 0.1 }, b: { multipleOf: 0.01 }, c: { multipleOf: 0.1 } } },
    { a: 0.3, b: 1.15, c: 0.25 },
    [["c", "invalidC", "c must be a multiple of 0.1, got 0.25."]]
  ],
  [
    "lengths in characters, not in their halves",
    property({ minLength: 2, maxLength: 3 }),
    { it: "🦀🦀🦀🦀" },
    [["it", "invalidItLength", "it must have between 2 and 3 characters, got 4."]]
  ],
  [
    "the kinds of value",
    property({ type: ["integer", "null"] }),
    { it: 1.5 },
    [["it", "invalidIt", "it must be a whole number or null, got 1.5."]]
  ],
  [
    "allowed values rather than their type",
    property({ type: "string", enum: ["a", "b"] }),
    { it: 5 },
    [["it", "unsupportedIt", 'it must be "a" or "b", got 5.']]
  ],
  [
    "the value that was meant, if there are many",
    property({ enum: schedulers }),
    { it: "Eular" },
    [
      [
        "it",
        "unsupportedIt",
        'it must be one of "Euler", "Euler a", "Heun", "LCM", "LMS", "DDIM", "UniPC", "DPM++" or "DPM++ 2M", got "Eular"; did you mean "Euler"?'
      ]
    ]
  ],
  [
    "constants as alternatives, as the service writes them",
    property({ oneOf: [{ const: "sync" }, { const: "async", title: "Async" }] }),
    { it: "later" },
    [["it", "unsupportedIt", 'it must be "sync" or "async", got "later".']]
  ],
  [
    "an unknown name in a list, and what it may have been",
    property({ items: { additionalProperties: false, properties: { weight: {}, model: {} } } }),
    { it: [{ wieght: 1 }, { q: 1 }] },
    [
      ["it.0.wieght", "unknownParameter", "it.0.wieght is not a parameter of acme:1@1; did you mean it.0.weight?"],
      ["it.1.q", "unknownParameter", "it.1.q is not a parameter of acme:1@1; it.1 takes weight and model."]
    ]
  ],
  [
    "names with slashes and tildes",
    { type: "object", additionalProperties: false, properties: { "a/b~c d%": { type: "string" } } },
    { "a/b~c d%": 1, "x/y~z %": 2 },
    [
      ["x/y~z %", "unknownParameter", "x/y~z % is not a parameter of acme:1@1."],
      ["a/b~c d%", "invalidA/b~c d%", "a/b~c d% must be a string, got 1."]
    ]
  ],
  [
    "forms by their name, else by their pattern",
    { type: "object", properties: { a: { format: "uuid", pattern: "^\\d$" }, b: { pattern: "^\\d$" } } },
    { a: "x", b: "x" },
    [
      ["a", "invalidA", 'a must be a UUID, got "x".'],
      ["b", "invalidB", 'b must be of the form ^\\d$, got "x".']
    ]
  ],
  ["no format of its own accord", property({ type: "string", format: "uuid" }), { it: "x" }, []],
  [
    "a missing parameter once, with its simplest reason",
    { type: "object", required: ["height"], dependentRequired: { width: ["height", "depth"] } },
    { width: 1 },
    [
      ["depth", "missingDepth", "depth is required when width is given."],
      ["height", "missingHeight", "height is required."]
    ]
  ],
  [
    "the alternative that comes closest",
    property({
      items: {
        oneOf: [
          { type: "string" },
          { type: "object", required: ["image", "frame"], properties: { frame: { enum: ["first", "last"] } } },
          { type: "object", required: ["video", "from", "to"] }
        ]
      }
    }),
    { it: ["a", { frame: "middle", image: "b" }, 5] },
    [
      ["it.1.frame", "unsupportedFrame", 'it.1.frame must be "first" or "last", got "middle".'],
      ["it.2", "invalidIt", "it.2 must be a string or an object, got 5."]
    ]
  ],
  [
    "parameters of which one must be given",
    { type: "object", anyOf: [{ required: ["a"] }, { required: ["b", "c"] }] },
    { b: 1 },
    [["a", "incompatibleParameters", "One of a or b and c is required."]]
  ],
  [
    "parameters of which only one may be given",
    property({ oneOf: [{ required: ["text"] }, { required: ["image"] }] }),
    { it: { text: "x", image: "y" } },
    [["it.text", "incompatibleParameters", "Only one of it.text and it.image can be given."]]
  ],
  [
    "parameters that exclude each other",
    { type: "object", not: { required: ["a", "b"] } },
    { a: 1, b: 1 },
    [["", "incompatibleParameters", "a and b can't be given together."]]
  ],
  [
    "combinations of values",
    {
      type: "object",
      anyOf: [
        { properties: { width: { const: 1024 }, height: { enum: [1024, 768] } } },
        { properties: { width: { const: 512 }, height: { enum: [512] } } }
      ]
    },
    { width: 512, height: 768 },
    [["width", "incompatibleParameters", "width x height must be one of 1024x1024, 1024x768 or 512x512, got 512x768."]]
  ],
  [
    "when a rule holds",
    {
      type: "object",
      if: { required: ["format"], properties: { format: { const: "WAV" } } },
      then: { properties: { bitrate: false } },
      else: { required: ["bitrate"] }
    },
    { format: "WAV", bitrate: 1 },
    [["bitrate", "incompatibleParameters", 'bitrate can\'t be given when format is "WAV".']]
  ],
  [
    "when a rule holds, the other way round",
    {
      type: "object",
      properties: {
        it: { if: { required: ["mode"], properties: { mode: { const: "auto" } } }, else: { required: ["value"] } }
      }
    },
    { it: { mode: "manual" } },
    [["it.value", "missingValue", 'it.value is required when it.mode is not "auto".']]
  ],
  [
    "shared definitions",
    {
      type: "object",
      $defs: { size: { type: "integer", maximum: 2048 } },
      properties: { width: { $ref: "#/$defs/size" }, height: { anyOf: [{ $ref: "#/$defs/size" }, { const: "auto" }] } }
    },
    { width: 4096, height: 4096 },
    [
      ["height", "valueTooLarge", "height must be at most 2048, got 4096."],
      ["width", "valueTooLarge", "width must be at most 2048, got 4096."]
    ]
  ],
  [
    "definitions that contain themselves",
    {
      $id: "https://schemas.example/tree",
      type: "object",
      $defs: {
        node: {
          type: "object",
          additionalProperties: false,
          required: ["name"],
          properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/node" } } }
        }
      },
      properties: { root: { $ref: "#/$defs/node" } }
    },
    { root: { name: "a", children: [{ name: "b", children: [{ nam: "c" }] }] } },
    [
      [
        "root.children.0.children.0.nam",
        "unknownParameter",
        "root.children.0.children.0.nam is not a parameter of acme:1@1; did you mean root.children.0.children.0.name?"
      ],
      ["root.children.0.children.0.name", "missingName", "root.children.0.children.0.name is required."]
    ]
  ],
  [
    "tuples, repetition, and names that no part of a schema knows",
    {
      type: "object",
      allOf: [{ properties: { a: { items: [{ type: "string" }, { type: "number" }], additionalItems: false } } }],
      properties: { b: { uniqueItems: true } },
      unevaluatedProperties: false
    },
    { a: ["x", "y", 1], b: [1, 1], c: 1 },
    [
      ["c", "unknownParameter", "c is not a parameter of acme:1@1."],
      ["a", "arrayTooLarge", "a must have at most 2 entries, got 3."],
      ["a.1", "invalidA", 'a.1 must be a number, got "y".'],
      ["b", "invalidB", "b must not have an entry twice."]
    ]
  ]
]

describe.each([
  ["ajv", ajv],
  ["cfworker", cfworker]
] as const)("messages over %s: they give", (_, compile) => {
  it.each(cases)("%s", (_name, given, task, issues) => {
    const schema: JsonSchema = given
    const found = diagnose({ schema, task, name: "acme:1@1" }, compile(schema)(task))
    assert.deepStrictEqual(
      found.map(({ message, path, rawCode }) => [path, rawCode, message] as const),
      issues
    )
  })
})
