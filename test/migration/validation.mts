import { clearValidatorCache, createClient, isRunwareError } from "@runware/sdk"

const client = await createClient({ apiKey: process.env.RUNWARE_API_KEY, validate: true })

// As a program without types would ask.
const wrong = {
  model: "runware:101@1",
  positivePrompt: "a barn",
  width: 512,
  height: 512,
  outputFormat: "GIF" as "PNG"
}
const error = await client.run(wrong).catch((error: unknown) => error)
if (isRunwareError(error)) console.log(error.code, error.parameter, error.validationErrors?.length)
clearValidatorCache()

await client.disconnect()
