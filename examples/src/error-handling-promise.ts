/**
 * Failures, by Promises: every rejection is a `RunwareError`. Branch on its `code`, and ask `submission` what was bought: a
 * task that was accepted is attached to, never run again. Run it with
 * `npx -y pnpm@12 tsx examples/src/error-handling-promise.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an
 * emulator.
 */
import { createClient, isRunwareError, type TaskParams } from "@effect-runware/promise"

await using client = createClient({ validate: true })

const draw = async (params: TaskParams, timeout = 60_000) => {
  try {
    const [result] = await client.run(params, { timeout })
    return result
  } catch (error) {
    if (!isRunwareError(error)) throw error
    switch (error.code) {
      case "validation": // All that is wrong is told at once, and nothing was sent.
        for (const { message } of error.validationErrors ?? []) console.log(`validation: ${message}`)
        return undefined
      case "notFound":
      case "safety":
        console.log(`${error.code}: ${error.message}`)
        return undefined
      case "timeout": // The deadline says nothing about the task, which may be paid for.
        if (error.submission !== "accepted" || error.taskUUID === undefined) throw error
        console.log(`timeout: task ${error.taskUUID} goes on`)
        return (await client.attach(error.taskUUID))[0]
      default: // What may pass was retried before it came here.
        throw error
    }
  }
}

const image = { taskType: "imageInference", model: "runware:400@2", positivePrompt: "fog", width: 512, height: 512 }

await draw({ ...image, width: 500, steps: 99 })
await draw({ ...image, model: "runware:400@99" })
const video = await draw({ model: "klingai:5@3", positivePrompt: "waves against a pier", duration: 5 }, 2000)
console.log(`fetched: ${String(video?.["videoURL"])}`)
