/** Bad tasks: parameters that are none, fields that JSON has no form for, names that there aren't, options of calls. */
import { image, refused, text, uuid, type BadInput, type Case } from "./badInput.ts"

const cyclic: Record<string, unknown> = { ...image }
cyclic["inputs"] = { self: cyclic }

const withField = (field: object): ReadonlyArray<unknown> => [{ ...image, ...field }]

const notParams: ReadonlyArray<Case> = [
  ["nothing", [], "params", "must be an object, got undefined"],
  ["null", [null], "params", "must be an object, got null"],
  ["a number", [42], "params", "must be an object, got 42"],
  ["text", ["a lighthouse"], "params", 'must be an object, got "a lighthouse"'],
  ["a function", [() => image], "params", "must be an object, got a function"],
  ["a symbol", [Symbol("task")], "params", "must be an object, got Symbol(task)"],
  ["a bigint", [1n], "params", "must be an object, got 1"],
  ["true", [true], "params", "must be an object, got true"],
  ["a Map", [new Map(Object.entries(image))], "params", "must be an object, got a Map"],
  ["a Promise", [Promise.resolve(image)], "params", "must be an object, got a Promise"],
  ["a file", [new Uint8Array([1, 2, 3])], "params", "must be an object, got a file"],
  ["an object without a task", [{ positivePrompt: "a cat" }], "taskType", "need a `model`, or a `taskType`"],
  ["an empty object", [{}], "taskType", "need a `model`, or a `taskType`"]
]

const fields: ReadonlyArray<Case> = [
  ["a field: a cycle", [cyclic], "inputs.self.inputs", "a reference to an object around it"],
  ["a field: a bigint", withField({ seed: 7n }), "seed", "the bigint 7n"],
  ["a field: NaN", withField({ width: Number.NaN }), "width", "got NaN"],
  ["a field: Infinity", withField({ steps: Infinity }), "steps", "got Infinity"],
  ["a field: -Infinity, deep inside", withField({ lora: [{ weight: -Infinity }] }), "lora.0.weight", "got -Infinity"],
  ["a field: a symbol", withField({ positivePrompt: Symbol("cat") }), "positivePrompt", "a symbol"],
  ["a field: a function", withField({ settings: { on: () => true } }), "settings.on", "a function"],
  ["a field: undefined in a list", withField({ inputs: { images: [undefined] } }), "inputs.images.0", "undefined"],
  ["a field: a Map", withField({ settings: new Map([["a", 1]]) }), "settings", "a Map"],
  ["a field: a Set", withField({ lora: new Set([1]) }), "lora", "a Set"],
  ["a field: a Promise", withField({ positivePrompt: Promise.resolve("a cat") }), "positivePrompt", "a Promise"],
  ["a field: an Error", withField({ positivePrompt: new Error("a cat") }), "positivePrompt", "Error"],
  ["a field: a regular expression", withField({ positivePrompt: /cat/ }), "positivePrompt", "a RegExp"],
  [
    "a field: a stream",
    withField({ inputs: { image: new ReadableStream() } }),
    "inputs.image",
    "Media.fromStream(stream)"
  ],
  ["a field: a model that is a number", withField({ model: 101 }), "model", "must be a non-empty string, got 101"],
  ["a field: an empty model", withField({ model: " " }), "model", "must be a non-empty string"],
  ["a field: a task type that is no text", withField({ taskType: ["a"] }), "taskType", "must be a non-empty string"],
  ["a field: no results", withField({ numberResults: 0 }), "numberResults", "a whole number, 1 or more, got 0"],
  ["a field: a negative number of results", withField({ numberResults: -2 }), "numberResults", "1 or more, got -2"],
  ["a field: half a result", withField({ numberResults: 1.5 }), "numberResults", "a whole number, 1 or more, got 1.5"],
  ["a field: results as text", withField({ numberResults: "3" }), "numberResults", 'got "3"'],
  ["a field: a taskUUID that is none", withField({ taskUUID: "1" }), "taskUUID", 'a version 4 UUID, got "1"'],
  [
    "a field: a taskUUID of version 1",
    withField({ taskUUID: "c232ab00-9414-11ec-b3c8-9f68deced846" }),
    "taskUUID",
    "version 4"
  ],
  ["a field: a taskUUID that is a number", withField({ taskUUID: 5 }), "taskUUID", "a version 4 UUID, got 5"],
  [
    "a field: an unknown delivery",
    withField({ deliveryMethod: "fast" }),
    "deliveryMethod",
    '"sync" or "async", got "fast"'
  ],
  [
    "a field: no versions of a prompt",
    [{ taskType: "promptEnhance", prompt: "a cat", promptVersions: 0 }],
    "promptVersions",
    "1 or more, got 0"
  ]
]

const callOptions = (params: unknown): ReadonlyArray<Case> => [
  ["options that are text", [params, "fast"], "options", "must be an object"],
  ["options that are null", [params, null], "options", "must be an object, got null"],
  ["a list of options", [params, []], "options", "must be an object"],
  ["a misspelt option", [params, { timout: 1 }], "timout", "Did you mean timeout?"],
  ["another misspelt option", [params, { valdate: true }], "valdate", "Did you mean validate?"],
  ["an option that there isn't", [params, { retries: 3 }], "retries", 'Unknown option "retries"'],
  ["a time without a unit that is known", [params, { timeout: "5 fortnights" }], "timeout", "a duration such as"],
  ["a negative time", [params, { timeout: -1 }], "timeout", "a duration such as"],
  ["a time that is NaN", [params, { timeout: Number.NaN }], "timeout", "a duration such as"],
  ["a `validate` that is text", [params, { validate: "yes" }], "validate", "true or false"]
]

const promiseOptions: ReadonlyArray<Case> = [
  ["a signal that is none", [image, { signal: "now" }], "signal", "an AbortSignal"],
  ["a controller in the place of its signal", [image, { signal: new AbortController() }], "signal", "an AbortSignal"],
  ["an `onResult` that can't be called", [image, { onResult: [] }], "onResult", "a function"],
  ["an `onProgress` that can't be called", [image, { onProgress: 1 }], "onProgress", "a function"],
  ["a misspelt callback", [image, { onresult: () => {} }], "onresult", "Did you mean onResult?"]
]

const model = (title: string, params: object, hint: string): BadInput => ({
  title: `run: ${title}`,
  call: "run",
  args: [{ positivePrompt: "a cat", ...params }],
  code: "notFound",
  parameter: "model",
  hint
})

/** A model whose sizes, steps and prompt have bounds in the pinned release; those of `image` are the service's to refuse. */
const bounded = { model: "runware:400@2" }

const schema = (title: string, change: object, parameter: string, hint: string): BadInput => ({
  title: `run, validated: ${title}`,
  call: "run",
  args: [{ ...image, ...change }, { validate: true }],
  code: "validation",
  parameter,
  hint
})

export const tasks: ReadonlyArray<BadInput> = [
  ...refused("run", notParams),
  ...refused("submit", notParams.slice(0, 4)),
  ...refused("submit", [["a list", [[image]], "params", "must be an object, got an array of 1"]]),
  ...refused("stream", notParams.slice(1, 4)),
  ...refused("run", fields),
  model("a misspelt slug", { model: "bfl-flux-1-dve" }, "did you mean bfl-flux-1-dev?"),
  model("a misspelt AIR", { model: "runware:101@11" }, "did you mean runware:101@1?"),
  model("a model nobody knows", { model: "nobody:1@1" }, "pass `taskType`"),
  ...refused("runAs", [
    ["a misspelt family", ["sdlx", image], "family", "did you mean sdxl?"],
    ["no family", [undefined, image], "family", "No architecture, modality or operation undefined"],
    ["a task type of another family", ["sdxl", { ...image, taskType: "caption" }], "taskType", 'got "caption"'],
    ["no parameters", ["sdxl"], "params", "must be an object, got undefined"]
  ]),
  ...refused("run", callOptions(image)),
  ...refused("run", [
    ["an unclear `partial`", [image, { partial: "yes" }], "partial", "true or false"],
    ["an unclear `attachOnConflict`", [image, { attachOnConflict: 1 }], "attachOnConflict", "true or false"]
  ]),
  ...refused("run", promiseOptions, "promise"),
  ...refused("stream", [
    ["two results", [{ ...text, numberResults: 2 }], "numberResults", "use `run`"],
    ["a misspelt option", [text, { timout: 1 }], "timout", "Did you mean timeout?"],
    ["an option of `run`", [text, { partial: true }], "partial", "Unknown option"]
  ]),
  ...refused("attach", [
    ["no UUID", ["soon"], "taskUUID", 'a version 4 UUID, got "soon"'],
    ["null", [null], "taskUUID", "got null"],
    ["a handle without a UUID", [{ taskType: "imageInference" }], "taskUUID", "a version 4 UUID, got undefined"],
    ["a misspelt option", [uuid, { timout: 1 }], "timout", "Did you mean timeout?"]
  ]),
  ...refused("getResponse", [
    ["no UUID", ["soon"], "taskUUID", "a version 4 UUID"],
    ["nothing", [], "taskUUID", "got undefined"]
  ]),
  ...refused("getTaskDetails", [
    ["no UUID", [{ taskUUID: "soon" }], "taskUUID", "a version 4 UUID"],
    ["nothing", [], "taskUUID", "got undefined"]
  ]),
  schema("a format that there isn't", { outputFormat: "BMP" }, "outputFormat", "JPG"),
  schema("an output type that there isn't", { outputType: "url" }, "outputType", "URL"),
  schema("a number as text", { steps: "20" }, "steps", "steps"),
  schema("a quality beyond the best", { outputQuality: 500 }, "outputQuality", "99"),
  schema("no time to live", { ttl: 0 }, "ttl", "at least 60"),
  schema("more results than there may be", { numberResults: 100 }, "numberResults", "between 1 and 20"),
  schema("a width beyond the model's", { ...bounded, width: 100_000 }, "width", "between 128 and 2048"),
  schema("a width between two steps", { ...bounded, width: 1000 }, "width", "16"),
  schema("no steps", { ...bounded, steps: 0 }, "steps", "between 1 and 50"),
  schema("a scale beyond the model's", { ...bounded, CFGScale: 99 }, "CFGScale", "20"),
  schema("a seed below zero", { ...bounded, seed: -1 }, "seed", "0"),
  schema("an empty prompt", { ...bounded, positivePrompt: "" }, "positivePrompt", "1"),
  schema("a misspelt parameter", { positivPrompt: "a cat" }, "positivPrompt", "positivePrompt"),
  schema("a prompt that is a number", { positivePrompt: 5 }, "positivePrompt", "positivePrompt")
]
