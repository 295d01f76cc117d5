/**
 * Failures: one error type, twelve reasons. Branch on them with `catchReason` and `catchReasons`, let the rest pass, and ask
 * `submission` what was bought: a task that was accepted is attached to, never run again. Run it with
 * `npx -y pnpm@12 tsx examples/src/error-handling.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware, type RunwareError } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Effect } from "effect"

const image = { model: "runware:400@2", positivePrompt: "a lighthouse in fog", width: 512, height: 512 } as const

/** What is wrong with the parameters is all told at once, and nothing is sent. */
const invalid = Runware.run({ ...image, width: 500, steps: 99 }, { validate: true }).pipe(
  Effect.catchReason("RunwareError", "Validation", ({ validationErrors = [] }) =>
    Effect.forEach(validationErrors, ({ message }) => Console.log(`validation: ${message}`))
  )
)

/** Some reasons mean another model, some mean stop. Those that may pass were retried before anyone hears of them. */
const withFallback = Runware.run({ taskType: "imageInference", ...image, model: "runware:400@99" }).pipe(
  Effect.catchReasons("RunwareError", {
    NotFound: ({ model }) => Effect.andThen(Console.log(`notFound: no ${model}, using another`), Runware.run(image)),
    Safety: ({ message }) => Effect.as(Console.log(`safety: ${message}`), [])
  }),
  Effect.tap(([drawn]) => Console.log(`drawn: ${String(drawn?.["imageURL"])}`))
)

/** A deadline that passes says nothing about the task, which is paid for: its results are fetched. */
const resumed = (error: RunwareError.RunwareError) =>
  error.submission === "accepted" && error.taskUUID !== undefined
    ? Effect.andThen(Console.log(`${error.code}: task ${error.taskUUID} goes on`), Runware.attach(error.taskUUID))
    : Effect.fail(error)

const patient = Runware.run(
  { model: "klingai:5@3", positivePrompt: "waves against a pier", duration: 5 },
  { timeout: "2 seconds" }
).pipe(
  Effect.catchTag("RunwareError", resumed),
  Effect.tap(([video]) => Console.log(`fetched: ${String(video?.["videoURL"])}`))
)

Effect.all([invalid, withFallback, patient]).pipe(Effect.provide(NodeRunware.layer()), NodeRuntime.runMain)
