import { describe, expect, it } from "@effect/vitest"
import { documentationUrl } from "../src/internal/documentation.ts"

const docs = "https://runware.ai/docs"
const slugs = new Map([["runware:101@1", "bfl-flux-1-dev"]])
const slug = (model: string): string | undefined => slugs.get(model)

describe("documentationUrl", () => {
  it("leads to the page of a model whose slug is known", () => {
    expect(documentationUrl({ rawCode: "invalidModel", model: "runware:101@1", slug })).toBe(
      `${docs}/models/bfl-flux-1-dev`
    )
    expect(documentationUrl({ slug: "bfl-flux-1-dev" })).toBe(`${docs}/models/bfl-flux-1-dev`)
  })

  it("points at the parameter, lower-cased, with dashes for dots", () => {
    expect(documentationUrl({ model: "runware:101@1", slug, parameter: "settings.qualityTier" })).toBe(
      `${docs}/models/bfl-flux-1-dev#request-settings-qualitytier`
    )
    expect(documentationUrl({ taskType: "modelSearch", parameter: "limit" })).toBe(
      `${docs}/platform/model-search#request-limit`
    )
  })

  it("prefers the curated page to the one the service named, and that to a utility's", () => {
    const page = `${docs}/models/other`
    expect(documentationUrl({ model: "runware:101@1", slug, page })).toBe(`${docs}/models/bfl-flux-1-dev`)
    expect(documentationUrl({ model: "x:1@1", slug, page, taskType: "modelSearch", parameter: "width" })).toBe(
      `${page}#request-width`
    )
  })

  it.each([
    ["modelSearch", "model-search"],
    ["modelUpload", "model-upload"],
    ["imageUpload", "media-storage"],
    ["mediaStorage", "media-storage"],
    ["getResponse", "task-polling"],
    ["getTaskDetails", "task-details"],
    ["accountManagement", "account-management"]
  ])("knows the page of %s", (taskType, page) => {
    expect(documentationUrl({ rawCode: "missingApiKey", taskType })).toBe(`${docs}/platform/${page}`)
  })

  it.each(
    `aborted unknownModel noFetchImpl noWebSocketImpl streamUnsupported notConnected notOpen reconnectionFailed
      sendFailed connectionFailed missingApiKey parseError`.split(/\s+/)
  )("leads %s, which only clients say, to the list of errors", (rawCode) => {
    expect(documentationUrl({ rawCode, model: "x:1@1", slug, parameter: "model" })).toBe(`${docs}/platform/errors`)
  })

  it("leads to the list of models when only the model is known", () => {
    expect(documentationUrl({ rawCode: "invalidModel", model: "x:1@1", slug, parameter: "width" })).toBe(
      `${docs}/models`
    )
  })

  it("has no page where nothing is known", () => {
    expect(documentationUrl({ rawCode: "invalidApiKey", taskType: "imageInference", parameter: "width" })).toBe(
      undefined
    )
    expect(documentationUrl({ taskType: "toString" })).toBe(undefined)
  })
})
