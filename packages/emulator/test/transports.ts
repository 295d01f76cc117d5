/** One way to ask over either transport, and the snapshot's judgement of what comes back. */
import type { WireEnvelope, WireItem } from "@effect-runware/core/Protocol"
import type { SchemaMap } from "@effect-runware/schemas"
import schemaMap from "@effect-runware/schemas/schema-map.json" with { type: "json" }
import { assert } from "@effect/vitest"
import { Ajv2019 } from "ajv/dist/2019.js"
import type { RunningEmulator } from "../src/index.ts"
import { post, session } from "./client.ts"

export const transports = ["rest", "websocket"] as const
export type TransportName = (typeof transports)[number]

/** What a service answers to one request, over a transport: a body, or the first frame. */
export const ask = async (
  emulator: RunningEmulator,
  transport: TransportName,
  tasks: ReadonlyArray<unknown>
): Promise<Required<WireEnvelope>> => {
  if (transport === "rest") {
    const { data, errors } = await post(emulator, tasks)
    return { data, errors }
  }
  const socket = await session(emulator)
  socket.send(tasks)
  const { data = [], errors = [] } = await socket.next()
  socket.webSocket.close()
  await socket.closed
  return { data, errors }
}

/** Every result of a utility as the snapshot has it. */
export const assertUtilityResults = (taskType: string, items: ReadonlyArray<WireItem>): void => {
  // The snapshot is our own file; its shape is checked where it is made.
  const { utilities } = schemaMap as SchemaMap
  const responseSchema = utilities.find((each) => each.taskType === taskType)?.responseSchema
  if (!responseSchema) throw new Error(`The snapshot has no result of ${taskType}.`)
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(responseSchema)
  for (const item of items) assert.isTrue(validate(item), JSON.stringify([validate.errors, item]))
}
