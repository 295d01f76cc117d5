/** Which models a task may name: those of the catalog, those of open providers, and those that clients uploaded. */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { UploadedModel } from "../UploadedModel.ts"
import { modelPage, reject, type Rejection } from "./rejection.ts"
import { lookup, type Turn } from "./turn.ts"

/** An AIR: `provider:model@version`. */
export const isAir = (text: string): boolean => /^[^:@\s]+:[^:@\s]+@[^:@\s]+$/.test(text)

/** Whether an account may see a model that was uploaded. */
export const isVisible = ({ isPrivate, owner }: UploadedModel, apiKey: string): boolean =>
  !isPrivate || owner === apiKey

/** Why a task can't run with its model, if it can't. */
export const modelRejection = (turn: Turn, { model, taskType }: WireTask, apiKey: string): Rejection | undefined => {
  const about = { parameter: "model", type: "string" }
  if (model === undefined) return reject(400, "missingModel", "The task has no model.", about)
  if (typeof model !== "string") return reject(400, "invalidModel", "The model must be an AIR or a slug.", about)
  const known = turn.catalog.find(model)
  if (known !== undefined) {
    return known.taskType === taskType ? undefined : wrongTaskType(model, taskType, known.taskType, known.slug)
  }
  if (!isAir(model)) {
    return reject(400, "invalidModel", `'${model}' is neither an AIR (provider:model@version) nor a known slug.`, about)
  }
  const notFound = reject(404, "modelNotFound", `There is no model '${model}'.`, about)
  const uploaded = lookup(turn.state.models, model)
  if (uploaded === undefined) return turn.catalog.isCommunity(model) ? undefined : notFound
  if (!isVisible(uploaded, apiKey)) return notFound
  if (uploaded.category !== "checkpoint") {
    const message = `'${model}' is of the category ${uploaded.category}: name it beside a model, not as one.`
    return reject(400, "invalidModel", message, about)
  }
  const runsAs = turn.catalog.architecture(uploaded.architecture)?.taskType ?? taskType
  return runsAs === taskType ? undefined : wrongTaskType(model, taskType, runsAs)
}

const wrongTaskType = (model: string, taskType: string, runsAs: string, slug?: string): Rejection =>
  reject(400, "unsupportedTaskType", `Model '${model}' is used with ${runsAs}, not with ${taskType}.`, {
    parameter: "taskType",
    allowedValues: [runsAs],
    documentation: modelPage(slug)
  })
