/**
 * The validators that know schemas, loaded when the first task is to be checked: from then on a schema is compiled when
 * its model is first met.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import * as Cache from "effect/Cache"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import type { Settings } from "../../RunwareConfig.ts"
import type { RunwareError } from "../../RunwareError.ts"
import { log } from "../../RunwareLogger.ts"
import type { Task } from "../../Task.ts"
import type { EngineName, Validator } from "../../Validator.ts"
import { send } from "../sending.ts"
import { isJsonObject } from "../json.ts"
import { diagnose } from "./diagnosis.ts"
import { load } from "./engines.ts"
import type { Check } from "./finding.ts"
import { read, type Resolution } from "./resolution.ts"
import { skipped } from "./skipped.ts"
import { violation } from "./violation.ts"
import { wireForm } from "./wireForm.ts"

/** A schema, and where it is from. */
interface Source {
  readonly schema: JsonSchema
  readonly page: string | undefined
  readonly from: "the service" | "the snapshot"
}

type Find = (task: Task, family: string | undefined) => Effect.Effect<Source | undefined, Error>

const loading = <A>(load: () => Promise<A>): Effect.Effect<A, Error> =>
  Effect.tryPromise({ try: load, catch: (cause) => (cause instanceof Error ? cause : new Error(String(cause))) })

const attempting = <A>(run: () => A): Effect.Effect<A, Error> =>
  Effect.try({ try: run, catch: (cause) => (cause instanceof Error ? cause : new Error(String(cause))) })

/** Checks tasks against what `find` finds. A schema that no engine understands is no reason to refuse a task. */
const validator = (find: Find, forget: Effect.Effect<void>, engine: EngineName | "auto"): Validator["Service"] => {
  let checks = new WeakMap<JsonSchema, Check>()

  const checkOf = Effect.fnUntraced(function* (schema: JsonSchema) {
    const known = checks.get(schema)
    if (known !== undefined) return known
    const compile = yield* loading(() => load(engine))
    const check = yield* attempting(() => compile(schema))
    checks.set(schema, check)
    return check
  })

  const inspect = Effect.fnUntraced(function* (task: Task, family: string | undefined) {
    const source = yield* find(task, family)
    if (source === undefined) return yield* Effect.fail(new Error("no schema is known"))
    const { from, page, schema } = source
    const wire = wireForm(task)
    const subject = { schema, task: isJsonObject(wire) ? wire : {}, name: task.model ?? task.taskType }
    const check = yield* checkOf(schema)
    const findings = yield* attempting(() => check(subject.task))
    yield* log("validation", findings.length === 0 ? "Passed" : "Refused", () => ({
      taskType: task.taskType,
      model: task.model,
      schema: `of ${from}`
    }))
    const [first, ...others] = diagnose(subject, findings)
    return first === undefined ? undefined : violation(task, [first, ...others], page)
  })

  return {
    validate: (task, family) =>
      Effect.matchEffect(inspect(task, family), {
        onFailure: ({ message }) => skipped(task, message),
        onSuccess: (error) => (error === undefined ? Effect.void : Effect.fail(error))
      }),
    clear: Effect.andThen(
      Effect.sync(() => void (checks = new WeakMap())),
      forget
    )
  }
}

/** Finds schemas in the snapshot, which is loaded when it is first needed. */
const inSnapshot = (): Find => {
  let lookUp: ((task: Task, family: string | undefined) => JsonSchema | undefined) | undefined
  return Effect.fnUntraced(function* (task: Task, family: string | undefined) {
    if (lookUp === undefined) {
      const { make } = yield* loading(() => import("./bundledSchemas.ts"))
      lookUp ??= make()
    }
    const schema = lookUp(task, family)
    return schema && { schema, page: undefined, from: "the snapshot" as const }
  })
}

/** Knows the snapshot. */
export const bundled = (engine: EngineName | "auto"): Validator["Service"] =>
  validator(inSnapshot(), Effect.void, engine)

/** Asks the service, and knows the snapshot for when there is no answer. */
export const remote = Effect.fnUntraced(function* (
  settings: Settings,
  http: HttpClient.HttpClient,
  engine: EngineName | "auto"
) {
  const resolve = (model: string) =>
    send(http, HttpClientRequest.get(`${settings.schemasUrl}/resolve/${encodeURIComponent(model)}`)).pipe(
      Effect.flatMap((answer) => Effect.fromResult(read(answer)))
    )
  const resolutions = yield* Cache.makeWith(resolve, {
    capacity: 1000,
    timeToLive: (exit: Exit.Exit<Resolution, RunwareError>) =>
      Exit.isSuccess(exit) ? Duration.millis(exit.value.ttl) : 0
  })
  const snapshot = inSnapshot()

  const find: Find = Effect.fnUntraced(function* (task: Task, family: string | undefined) {
    const { model } = task
    if (model === undefined) return yield* snapshot(task, family)
    const answer = yield* Cache.get(resolutions, model).pipe(Effect.timeout(settings.registryTimeout), Effect.result)
    if (Result.isFailure(answer)) {
      yield* log("validation", "No answer about the schema, the snapshot serves", () => ({
        model,
        message: answer.failure.message
      }))
      return yield* snapshot(task, family)
    }
    const { page, schema } = answer.success
    return schema === undefined ? yield* snapshot(task, family) : { schema, page, from: "the service" as const }
  })

  return validator(find, Cache.invalidateAll(resolutions), engine)
})
