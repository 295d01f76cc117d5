/**
 * The run that most tests of the client are about, and what the service says of it.
 */
import type { WireItem } from "../src/Protocol.ts"
import type { Item } from "../src/Task.ts"
import { uuid as uuidOf } from "./builders.ts"

export const uuid = uuidOf(1)
export const params = {
  model: "runware:101@1",
  positivePrompt: "a lighthouse in fog",
  width: 768,
  height: 512
} as const
export const ack: Item = { taskType: "imageInference", taskUUID: uuid }
export const output = (id: string) => ({
  taskType: "imageInference" as const,
  taskUUID: uuid,
  imageUUID: id,
  imageURL: `https://im.example/${id}.png`
})
export const success = (id: string): WireItem => ({ ...output(id), status: "success" })
export const running: WireItem = { ...ack, status: "processing" }
