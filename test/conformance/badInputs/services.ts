/** Bad questions: to utilities and to the catalog. */
import { refused, type BadInput, type Case } from "./badInput.ts"

const validated = { validate: true }

const utility = (own: object): ReadonlyArray<Case> => [
  ["nothing", [], "params", "must be an object, got undefined"],
  ["null", [null], "params", "must be an object, got null"],
  ["text", ["flux"], "params", 'must be an object, got "flux"'],
  ["a list", [[own]], "params", "must be an object, got an array of 1"],
  ["another task type", [{ ...own, taskType: "caption" }], "taskType", 'here, got "caption"'],
  ["options that are null", [own, null], "options", "must be an object, got null"],
  ["a misspelt option", [own, { timout: 1 }], "timout", "Did you mean timeout?"],
  ["a negative time", [own, { timeout: "-1 seconds" }], "timeout", "a duration such as"]
]

const search = { search: "ink" }
const upload = {
  category: "lora",
  architecture: "sdxl",
  format: "safetensors",
  name: "Ink wash",
  version: "1",
  downloadURL: "https://example.com/ink-wash.safetensors"
}

const utilities: ReadonlyArray<BadInput> = [
  ...refused("modelSearch", utility(search)),
  ...refused("modelSearch", [
    ["nothing to search for", [{}, validated], "search", "search is required"],
    ["a category that there isn't", [{ ...search, category: "loras" }, validated], "category", "lora"],
    ["a limit that is text", [{ ...search, limit: "5" }, validated], "limit", "limit"],
    ["a negative offset", [{ ...search, offset: -1 }, validated], "offset", "0"],
    ["a limit that is NaN", [{ ...search, limit: Number.NaN }], "limit", "got NaN"]
  ]),
  ...refused("modelUpload", utility(upload)),
  ...refused("modelUpload", [
    ["no address", [{ ...upload, downloadURL: undefined }, validated], "downloadURL", "downloadURL is required"],
    ["a format that there isn't", [{ ...upload, format: "zip" }, validated], "format", "safetensors"]
  ]),
  ...refused("modelUpload", [
    ["an `onProgress` that can't be called", [upload, { onProgress: 1 }], "onProgress", "a function"]
  ]),
  ...refused("mediaStorage", utility({ operation: "upload", media: "https://example.com/a.png" }).slice(0, 6)),
  ...refused("mediaStorage", [
    ["an operation that there isn't", [{ operation: "store", media: "x" }, validated], "operation", "upload"],
    ["no media", [{ operation: "upload" }, validated], "media", "media is required"]
  ]),
  ...refused("imageUpload", utility({ image: "https://example.com/a.png" }).slice(0, 4)),
  ...refused("accountManagement", utility({ operation: "getDetails" }).slice(0, 6)),
  ...refused("accountManagement", [
    ["an operation that there isn't", [{ operation: "getDetail" }, validated], "operation", "getDetails"],
    ["no operation", [{}, validated], "operation", "operation is required"]
  ]),
  ...refused("ping", [
    ["a misspelt option", [{ timout: 1 }], "timout", "Did you mean timeout?"],
    ["a negative time", [{ timeout: -5 }], "timeout", "a duration such as"],
    ["options that are null", [null], "options", "must be an object, got null"]
  ])
]

const catalog: ReadonlyArray<BadInput> = [
  ...refused("content.models", [
    ["a query that is text", ["flux"], "query", "must be an object"],
    ["null", [null], "query", "must be an object, got null"],
    ["a list", [[]], "query", "must be an object"],
    ["no limit", [{ limit: 0 }], "limit", "a whole number, 1 or more, got 0"],
    ["a negative limit", [{ limit: -1 }], "limit", "1 or more"],
    ["half a limit", [{ limit: 2.5 }], "limit", "a whole number"],
    ["a limit that is text", [{ limit: "5" }], "limit", 'got "5"'],
    ["a negative offset", [{ offset: -1 }], "offset", "a whole number, 0 or more, got -1"],
    ["an offset that is NaN", [{ offset: Number.NaN }], "offset", "got NaN"],
    ["a misspelt sort", [{ sort: "populartiy" }], "sort", "did you mean popularity?"],
    ["an order that there isn't", [{ order: "up" }], "order", '"asc", "desc"'],
    ["a category that there isn't", [{ category: "images" }], "category", "did you mean image?"],
    ["an empty search", [{ search: " " }], "search", "a non-empty string"],
    ["a `paginate` that is text", [{ paginate: "yes" }], "paginate", "true or false"],
    ["a misspelt filter", [{ creatr: "bfl" }], "creatr", "did you mean creator?"]
  ]),
  ...["model", "examples", "pricing", "guides"].flatMap((method) =>
    refused(`content.${method}`, [
      ["an empty name", [""], "airOrSlug", "needs the airOrSlug of what to look up"],
      ["nothing", [], "airOrSlug", "got undefined"]
    ])
  ),
  ...["collection", "creator"].flatMap((method) =>
    refused(`content.${method}`, [
      ["an empty id", [" "], "id", "needs the id of what to look up"],
      ["a number", [5], "id", "got 5"]
    ])
  ),
  ...refused("content.examples", [
    ["a misspelt filter", ["runware:101@1", { capabilty: "x" }], "capabilty", "did you mean capability?"]
  ]),
  ...refused("content.collections", [["a category that there isn't", [{ category: "movies" }], "category", "one of"]]),
  ...refused(
    "content.models",
    [
      ["a misspelt option", [{}, { signl: null }], "signl", "Did you mean signal?"],
      ["a negative time", [{}, { timeout: -1 }], "timeout", "a duration such as"]
    ],
    "promise"
  )
]

export const services: ReadonlyArray<BadInput> = [...utilities, ...catalog]
