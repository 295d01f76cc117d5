/**
 * The error for a task that breaks rules: all of them at once, nothing sent.
 */
import { bundledRegistry } from "@effect-runware/schemas/registry"
import { make as makeError, type RunwareError } from "../../RunwareError.ts"
import type { Task } from "../../Task.ts"
import { documentationUrl } from "../documentation.ts"
import type { Issue } from "./issue.ts"

const said = 5

/** The error of at least one issue. `page` is the model's page in the documentation, where it is known. */
export const violation = (
  task: Task,
  [first, ...others]: readonly [Issue, ...ReadonlyArray<Issue>],
  page: string | undefined
): RunwareError => {
  const issues = [first, ...others]
  const { model, taskType, taskUUID } = task
  const messages = issues.slice(0, said).map(({ message }) => message)
  const rest = issues.length - said
  const parameters = [...new Set(issues.flatMap(({ parameters }) => parameters))]
  const parameter = first.path === "" ? undefined : first.path
  const slug = (air: string) => (page === undefined ? bundledRegistry().models[air]?.id : undefined)
  return makeError("validation", {
    message: [...messages, ...(rest > 0 ? [`And ${rest} more: see validationErrors.`] : [])].join(" "),
    advice: "Nothing was sent.",
    rawCode: first.rawCode,
    parameter,
    ...(parameters.length > 1 ? { parameters } : {}),
    taskType,
    taskUUID,
    model,
    documentation: documentationUrl({ model, slug, page, taskType, parameter }),
    validationErrors: issues.map(({ message, path, rule, ruleDefinition }) => ({
      message,
      path,
      rule,
      ruleDefinition
    })),
    submission: "none"
  })
}
