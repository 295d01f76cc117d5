import type { WireError, WireItem } from "../src/Protocol.ts"
import type { Task, TaskUUID } from "../src/Task.ts"
import type { Reply } from "../src/Transport.ts"

/** The n-th UUID of a test. */
export const uuid = (n: number): TaskUUID => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}` as TaskUUID

export const task = (fields: Partial<Task> = {}): Task => ({
  taskType: "imageInference",
  taskUUID: uuid(1),
  deliveryMethod: "async",
  ...fields
})

export const pollOf = (n: number): Task => ({ taskType: "getResponse", taskUUID: uuid(n) })

export const acknowledgement = (n = 1): WireItem => ({ taskType: "imageInference", taskUUID: uuid(n) })

export const image = (id: string, n = 1): WireItem => ({
  ...acknowledgement(n),
  status: "success",
  imageUUID: id,
  imageURL: `https://im.example/${id}.png`
})

export const text = (said: string, n = 1): WireItem => ({
  taskType: "textInference",
  taskUUID: uuid(n),
  status: "success",
  text: said
})

export const running = (fields: WireItem = {}): WireItem => ({ ...acknowledgement(), status: "processing", ...fields })

export const failure = (code: string, fields: Partial<WireError> = {}): WireError => ({
  code,
  message: `It is ${code}.`,
  ...fields
})

export const reply = (
  items: ReadonlyArray<WireItem>,
  errors: ReadonlyArray<WireError> = [],
  http: Pick<Reply, "statusCode" | "retryAfter"> = {}
): Reply => ({ items, errors, ...http })
