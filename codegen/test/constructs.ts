/** Every construct of JSON Schema, each with values that its type must take and values that its type must refuse. */
// oxlint-disable unicorn/no-thenable -- JSON Schema has a keyword of that name
import type { JsonSchema } from "@effect-runware/schemas"

export interface Construct {
  readonly name: string
  readonly schema: JsonSchema | boolean
  /** Definitions that the schema refers to, at the root of the request. */
  readonly $defs?: Readonly<Record<string, JsonSchema | boolean>>
  /** Valid values: the validator and the type take them. */
  readonly takes: ReadonlyArray<unknown>
  /** Invalid values that the type refuses as well. */
  readonly refuses: ReadonlyArray<unknown>
  /** Keywords that are checked at run time only. */
  readonly rules?: ReadonlyArray<string>
}

const text = { type: "string" } as const
const number = { type: "number" } as const
const closed = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: ReadonlyArray<string> = []
): JsonSchema => ({
  type: "object",
  additionalProperties: false,
  properties,
  required
})

export const constructs: ReadonlyArray<Construct> = [
  { name: "boolean-schema", schema: true, takes: [1, "a", null, [], {}], refuses: [] },
  { name: "kinds", schema: { type: ["string", "null"] }, takes: ["a", null], refuses: [1, []] },
  { name: "nullable", schema: { type: "integer", nullable: true }, takes: [1, null], refuses: ["a"] },
  { name: "limits", schema: { type: "number", minimum: 1, maximum: 2, multipleOf: 0.5 }, takes: [1.5], refuses: ["1"] },
  {
    name: "const-object",
    schema: { const: { a: [1, "b", null] } },
    takes: [{ a: [1, "b", null] }],
    refuses: [{ a: [] }]
  },
  { name: "const-null", schema: { const: null }, takes: [null], refuses: [0] },
  { name: "const-false", schema: { const: false }, takes: [false], refuses: [true] },
  { name: "const-of-another-type", schema: { type: "string", enum: ["a", 1] }, takes: ["a"], refuses: [1] },
  {
    name: "mixed-enum",
    schema: { enum: ["first", 0, true, null] },
    takes: ["first", 0, true, null],
    refuses: ["last", 1]
  },
  {
    name: "titled-enum",
    schema: {
      default: "fast",
      oneOf: [
        { const: "fast", title: "Fast", description: "Less */ detail." },
        { const: "full", title: "Full" }
      ]
    },
    takes: ["fast", "full"],
    refuses: ["slow"]
  },
  {
    name: "closed-object",
    schema: closed({ a: text, "b-c": number }, ["a"]),
    takes: [{ a: "x" }, { a: "x", "b-c": 1 }],
    refuses: [{}, { a: "x", d: 1 }, { a: 1 }]
  },
  {
    name: "open-object",
    schema: { type: "object", properties: { a: text }, required: ["z"] },
    takes: [{ z: 1 }, { a: "x", z: null, more: [1] }],
    refuses: [{ a: 1, z: 1 }, {}]
  },
  {
    name: "no-type",
    schema: { properties: { a: text } },
    takes: [1, "s", null, [], { a: "x", b: 1 }],
    refuses: [{ a: 1 }]
  },
  {
    name: "typed-rest",
    schema: { type: "object", properties: { a: text }, additionalProperties: number },
    takes: [{ a: "x" }, { a: "x", b: 1 }],
    refuses: [{ a: 1 }, { b: true }]
  },
  {
    name: "record",
    schema: { type: "object", additionalProperties: number },
    takes: [{}, { x: 1 }],
    refuses: [{ x: "a" }]
  },
  {
    name: "patterns",
    schema: { type: "object", patternProperties: { "^x-": text }, additionalProperties: false },
    takes: [{ "x-a": "b" }],
    refuses: [{ "x-a": 1 }],
    rules: ["patternProperties"]
  },
  { name: "list", schema: { type: "array", items: text, minItems: 1 }, takes: [["a", "b"]], refuses: [[1], "a"] },
  { name: "list-of-nothing", schema: { type: "array", items: false }, takes: [[]], refuses: [[1]] },
  {
    name: "tuple",
    schema: { type: "array", items: [text, number], minItems: 1, additionalItems: false } as unknown as JsonSchema,
    takes: [["a"], ["a", 1]],
    refuses: [[], ["a", "b"], ["a", 1, 2]]
  },
  {
    name: "tuple-with-rest",
    schema: { type: "array", items: [text], additionalItems: number } as unknown as JsonSchema,
    takes: [[], ["a"], ["a", 1, 2]],
    refuses: [[1], ["a", "b"]]
  },
  {
    name: "all-of",
    schema: { type: "object", allOf: [{ properties: { a: text }, required: ["a"] }, { properties: { b: number } }] },
    takes: [{ a: "x" }, { a: "x", b: 1, c: 2 }],
    refuses: [{}, { a: "x", b: "y" }]
  },
  { name: "any-of", schema: { anyOf: [text, { type: "array", items: text }] }, takes: ["a", ["a"]], refuses: [1, [1]] },
  {
    name: "one-of-required",
    schema: { ...closed({ text, image: text }), oneOf: [{ required: ["text"] }, { required: ["image"] }] },
    takes: [{ text: "a" }, { image: "a" }],
    refuses: [{}, { text: 1 }],
    rules: ["oneOf"]
  },
  {
    name: "one-of-forms",
    schema: {
      oneOf: [closed({ kind: { const: "a" }, a: text }, ["kind", "a"]), closed({ kind: { const: "b" } }, ["kind"])]
    },
    takes: [{ kind: "a", a: "x" }, { kind: "b" }],
    refuses: [{ kind: "a" }, { kind: "c" }],
    rules: ["oneOf"]
  },
  {
    name: "if-then-else",
    schema: {
      ...closed({ a: text, b: number }),
      if: { required: ["a"] },
      then: { properties: { b: { const: 1 } } },
      else: { required: ["b"] }
    },
    takes: [{ a: "x" }, { a: "x", b: 1 }, { b: 2 }],
    refuses: [{ b: "y" }],
    rules: ["if"]
  },
  {
    name: "if-then",
    schema: { ...closed({ a: text, b: number }), if: { required: ["a"] }, then: { required: ["b"] } },
    takes: [{}, { a: "x", b: 1 }],
    refuses: [{ a: 1 }],
    rules: ["if"]
  },
  {
    name: "dependent",
    schema: {
      ...closed({ a: text, b: number }),
      dependentRequired: { a: ["b"] },
      dependentSchemas: { b: { required: ["a"] } }
    },
    takes: [{}, { a: "x", b: 1 }],
    refuses: [{ c: 1 }],
    rules: ["dependentRequired", "dependentSchemas"]
  },
  { name: "not", schema: { type: "string", not: { const: "" } }, takes: ["a"], refuses: [1], rules: ["not"] },
  {
    name: "contains",
    schema: { type: "array", items: number, contains: { const: 1 }, propertyNames: { pattern: "^a" } },
    takes: [[1, 2]],
    refuses: [["1"]],
    rules: ["contains", "propertyNames"]
  },
  {
    name: "unevaluated",
    schema: {
      type: "object",
      properties: { a: text },
      allOf: [{ properties: { b: number } }],
      unevaluatedProperties: false
    },
    takes: [{}, { a: "x", b: 1 }],
    refuses: [{ c: 1 }]
  },
  {
    name: "unevaluated-behind-a-rule",
    schema: {
      type: "object",
      properties: { a: text },
      if: { required: ["a"] },
      then: { properties: { b: number } },
      unevaluatedProperties: false
    },
    takes: [{}, { a: "x", b: 1 }],
    refuses: [{ a: 1 }],
    rules: ["if", "unevaluatedProperties"]
  },
  {
    name: "reference",
    schema: { type: "object", properties: { size: { $ref: "#/$defs/size" } }, additionalProperties: false },
    $defs: { size: closed({ width: { $ref: "#pixels" } }), pixels: { $anchor: "pixels", type: "integer" } },
    takes: [{}, { size: { width: 1 } }],
    refuses: [{ size: { width: "1" } }, { size: { heigth: 1 } }]
  },
  {
    name: "reference-with-more",
    schema: { $ref: "#/$defs/base", required: ["a"] },
    $defs: { base: { type: "object", properties: { a: text } } },
    takes: [{ a: "x" }],
    refuses: [{}, { a: 1 }]
  },
  {
    name: "recursive",
    schema: { $ref: "#/$defs/tree" },
    $defs: { tree: closed({ name: text, children: { type: "array", items: { $ref: "#/$defs/tree" } } }, ["name"]) },
    takes: [{ name: "a", children: [{ name: "b", children: [] }] }],
    refuses: [{ name: "a", children: [{ children: [] }] }]
  },
  {
    name: "recursive-union",
    schema: { $ref: "#/$defs/json" },
    $defs: {
      json: {
        anyOf: [
          { type: ["string", "number"] },
          { type: "array", items: { $ref: "#/$defs/json" } },
          { type: "object", additionalProperties: { $ref: "#/$defs/json" } }
        ]
      }
    },
    takes: ["a", [1, ["b", { c: [2] }]]],
    refuses: [[true], { a: [null] }]
  },
  {
    name: "mutually-recursive",
    schema: { $ref: "#/$defs/even" },
    $defs: {
      even: closed({ odd: { $ref: "#/$defs/odd" } }),
      odd: closed({ even: { $ref: "#/$defs/even" } })
    },
    takes: [{}, { odd: { even: {} } }],
    refuses: [{ odd: { odd: {} } }]
  },
  {
    name: "recursive-without-end",
    schema: { anyOf: [{ $ref: "#/$defs/self" }, text] },
    $defs: { self: { allOf: [{ $ref: "#/$defs/other" }] }, other: { anyOf: [number, { $ref: "#/$defs/other" }] } },
    takes: [],
    refuses: []
  }
]
