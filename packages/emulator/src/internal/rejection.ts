/** Refusals: an error as the wire has it, with the HTTP status that goes with it. */
import { endpoints, type WireError } from "@effect-runware/core/Protocol"

/** Why something was refused. */
export interface Rejection {
  readonly status: number
  readonly error: WireError
}

/** The page that explains errors in general. */
export const errorsPage = `${endpoints.documentation}/platform/errors`

/** The page of a model, at one of its parameters where that is known. */
export const modelPage = (slug: string | undefined, parameter?: string): string =>
  slug === undefined
    ? errorsPage
    : `${endpoints.documentation}/models/${slug}` +
      (parameter === undefined ? "" : `#request-${parameter.toLowerCase().replaceAll(".", "-")}`)

/** Builds a refusal; the general page explains it unless `fields` names another. */
export const reject = (
  status: number,
  code: string,
  message: string,
  fields: Readonly<Record<string, unknown>> = {}
): Rejection => ({ status, error: { code, message, documentation: errorsPage, ...fields } })

/** No key was given. */
export const missingKey = (): Rejection =>
  reject(401, "missingApiKey", "No API key. Send 'Authorization: Bearer <key>', or an authentication task first.", {
    parameter: "apiKey",
    type: "string",
    taskType: "authentication"
  })

/** The key is nobody's. The message does not repeat it. */
export const invalidKey = (): Rejection =>
  reject(401, "invalidApiKey", "The API key is not valid.", {
    parameter: "apiKey",
    type: "string",
    taskType: "authentication"
  })

/** A task came before the socket was authenticated. */
export const missingAuthentication = (): Rejection =>
  reject(401, "missingAuthentication", "Send an authentication task first, and tasks once it is confirmed.")

/** The same refusal, addressed to a task as far as it can be told. */
export const addressed = (
  { error, status }: Rejection,
  task: { readonly taskType?: unknown; readonly taskUUID?: unknown }
): Rejection => ({
  status,
  error: {
    ...error,
    ...(typeof task.taskType === "string" ? { taskType: task.taskType } : {}),
    ...(typeof task.taskUUID === "string" ? { taskUUID: task.taskUUID } : {})
  }
})
