import { createClient, createRunwareError, isRunwareError, RunwareError } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY, maxRetries: 0 })

try {
  await client.run({
    model: "runware:101@1",
    positivePrompt: "a street [[fail:contentPolicyViolation]]",
    width: 512,
    height: 512
  })
} catch (error) {
  if (error instanceof RunwareError) {
    console.log(error.code, error.retryable, error.taskType, error.taskUUID !== undefined, error.message !== "")
  }
}

const own = createRunwareError({ code: "providerTimeout", message: "No answer." })
console.log(isRunwareError(own), own.code, own.retryable, isRunwareError(new Error("no")))

await client.disconnect()
