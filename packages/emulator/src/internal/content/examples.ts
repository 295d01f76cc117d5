/**
 * Example requests of models, and what the emulator answers to them: those that the snapshot has for the model itself,
 * then those of its task type that its schema takes as well.
 */
import type { WireItem, WireTask } from "@effect-runware/core/Protocol"
import type { ExampleRequest } from "@effect-runware/schemas"
import type { Catalog } from "../../Catalog.ts"
import { MediaOutput, type MediaDescription } from "../../Media.ts"
import { isRecord } from "../json.ts"
import { outputLimits } from "../limits.ts"
import { complete } from "../outputs.ts"
import { plan } from "../plan.ts"
import { shownCapability } from "./capabilities.ts"
import type { ListedModel } from "./library.ts"

/** An example, with its media as descriptions. */
export interface Example {
  readonly id: string
  readonly title: string
  readonly capability: string
  readonly request: WireTask
  readonly items: ReadonlyArray<WireItem>
  readonly media: ReadonlyArray<MediaDescription>
}

/** As many examples as a model gets. */
const most = 4

/** The examples of each model. Schemas are compiled when a model is first asked for. */
export const makeExamples = (
  catalog: Pick<Catalog, "find" | "resultFields" | "values" | "violations">,
  requests: () => ReadonlyArray<ExampleRequest>
): ((model: ListedModel) => ReadonlyArray<Example>) => {
  const kept = new Map<string, ReadonlyArray<Example>>()
  return (model) => {
    const examples = kept.get(model.air) ?? examplesOf(model, catalog, requests())
    kept.set(model.air, examples)
    return examples
  }
}

const examplesOf = (
  { air, model }: ListedModel,
  catalog: Pick<Catalog, "find" | "resultFields" | "values" | "violations">,
  requests: ReadonlyArray<ExampleRequest>
): ReadonlyArray<Example> => {
  const taskType = catalog.find(air)?.taskType
  const ofType = requests.filter((each) => each.valid && each.taskType === taskType)
  const own = ofType.filter(({ target }) => target === `model:${air}`)
  const others = ofType.filter(({ target }) => target !== `model:${air}`)
  return [...own, ...others]
    .map(({ name, request, taskType }) => ({ name, task: byAddress({ ...request, taskType, model: air }) }))
    .filter(({ task }) => catalog.violations(task).length === 0)
    .map(({ name, task }) => ({ name, task, whole: complete(task, (parameter) => catalog.values(task, parameter)) }))
    .filter(({ whole }) => outputLimits(whole, catalog.resultFields(whole)) === undefined)
    .slice(0, Math.max(most, own.length))
    .map(({ name, task, whole }) => {
      const resultFields = catalog.resultFields(task)
      const circumstances = { seed: 0, timeScale: 0, now: 0, resultFields, media: () => undefined }
      const outcomes = plan(whole, circumstances).flatMap(({ outcome }) =>
        outcome._tag === "Success" ? [outcome] : []
      )
      const { taskUUID = "" } = task
      return {
        id: `${model}-${name}`,
        title: name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " "),
        capability: shownCapability(task),
        request: task,
        items: outcomes.map(({ fields }) => ({ taskType: task.taskType, taskUUID, ...fields })),
        media: outcomes.flatMap(({ media }) => media)
      }
    })
}

/** An example links to its media, whatever the request asked for. */
const byAddress = ({ outputType: _outputType, ...task }: WireTask): WireTask => task

/** A value with addresses in place of its media. */
export const withAddresses = (value: unknown, address: (media: MediaDescription) => string): unknown => {
  if (value instanceof MediaOutput) return address(value.description)
  if (Array.isArray(value)) return value.map((each) => withAddresses(each, address))
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withAddresses(each, address)]))
    : value
}
