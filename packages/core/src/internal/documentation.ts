/**
 * Which page of the public documentation explains a failure: the model's own page, the page of a utility task, the list
 * of errors, or the list of models. Pure; whoever knows a model's slug hands it in.
 */
import { endpoints } from "../Protocol.ts"

const pages = endpoints.documentation

/** What the derivation looks at; the more is known, the closer the page. */
export interface DocumentationQuery {
  readonly rawCode?: string | undefined
  /** AIR identifier. */
  readonly model?: string | undefined
  /** The model's slug in the docs, or a look-up from AIR to slug. */
  readonly slug?: string | ((model: string) => string | undefined) | undefined
  /** The model's own docs page, where the service named one. */
  readonly page?: string | undefined
  readonly taskType?: string | undefined
  /** Dotted path; becomes the anchor of a model's or utility's page. */
  readonly parameter?: string | undefined
}

const utilityPages: Readonly<Record<string, string>> = {
  modelSearch: "model-search",
  modelUpload: "model-upload",
  imageUpload: "media-storage",
  mediaStorage: "media-storage",
  getResponse: "task-polling",
  getTaskDetails: "task-details",
  accountManagement: "account-management"
}

/** Raw codes that clients make themselves: only the page about errors knows them. */
const clientCodes: ReadonlySet<string> = new Set(
  (
    "aborted unknownModel noFetchImpl noWebSocketImpl streamUnsupported notConnected notOpen reconnectionFailed sendFailed " +
    "connectionFailed missingApiKey parseError"
  ).split(" ")
)

const ownPage = ({ model, slug, page, taskType }: DocumentationQuery): string | undefined => {
  const name = typeof slug === "function" ? model && slug(model) : slug
  if (name) return `${pages}/models/${name}`
  if (page) return page
  return taskType !== undefined && Object.hasOwn(utilityPages, taskType)
    ? `${pages}/platform/${utilityPages[taskType]}`
    : undefined
}

/** The page for a failure, or `undefined` where none is closer than the docs' front page. */
export const documentationUrl = (query: DocumentationQuery): string | undefined => {
  const { rawCode, model, parameter } = query
  const page = ownPage(query)
  if (page !== undefined) {
    return parameter ? `${page}#request-${parameter.toLowerCase().replaceAll(".", "-")}` : page
  }
  if (rawCode !== undefined && clientCodes.has(rawCode)) return `${pages}/platform/errors`
  return model ? `${pages}/models` : undefined
}
