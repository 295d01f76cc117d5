/** A client that is not ours: plain `fetch` and plain `ws`. */
import type { WireEnvelope, WireTask } from "@effect-runware/core/Protocol"
import { WebSocket } from "@effect/platform-node/NodeWS"
import { randomUUID } from "node:crypto"
import type { RunningEmulator } from "../src/index.ts"

/** A picture that a real model of the snapshot can make. */
export const picture = (
  parameters: Readonly<Record<string, unknown>> = {}
): WireTask & { readonly taskUUID: string } => ({
  taskType: "imageInference",
  taskUUID: randomUUID(),
  model: "runware:101@1",
  positivePrompt: "a lighthouse in fog",
  width: 256,
  height: 192,
  ...parameters
})

/** Posts a body and reads the reply as JSON. */
export const post = async (
  { apiKey, url }: Pick<RunningEmulator, "apiKey" | "url">,
  tasks: unknown,
  headers: Readonly<Record<string, string>> = {},
  query = ""
) => {
  const response = await fetch(`${url}/v1${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
    body: typeof tasks === "string" ? tasks : JSON.stringify(tasks)
  })
  const body = (await response.json()) as WireEnvelope
  return { status: response.status, headers: response.headers, data: body.data ?? [], errors: body.errors ?? [] }
}

/** A socket whose frames can be awaited one by one. */
export const connect = async ({ url }: Pick<RunningEmulator, "url">) => {
  const webSocket = new WebSocket(`${url.replace("http", "ws")}/v1`)
  const frames: Array<WireEnvelope> = []
  const waiting: Array<(frame: WireEnvelope) => void> = []
  webSocket.on("message", (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as WireEnvelope
    const next = waiting.shift()
    if (next === undefined) frames.push(frame)
    else next(frame)
  })
  const closed = new Promise<number>((resolve) => {
    webSocket.on("close", (code) => resolve(code))
  })
  await new Promise((resolve, reject) => {
    webSocket.once("open", resolve)
    webSocket.on("error", reject)
  })
  return {
    webSocket,
    closed,
    send: (tasks: unknown) => webSocket.send(JSON.stringify(tasks)),
    next: () =>
      new Promise<WireEnvelope>((resolve) => {
        const frame = frames.shift()
        if (frame === undefined) waiting.push(resolve)
        else resolve(frame)
      })
  }
}

/** A socket that is authenticated. */
export const session = async (emulator: RunningEmulator, connectionSessionUUID?: string) => {
  const socket = await connect(emulator)
  socket.send([
    {
      taskType: "authentication",
      apiKey: emulator.apiKey,
      ...(connectionSessionUUID === undefined ? {} : { connectionSessionUUID })
    }
  ])
  const confirmation = await socket.next()
  return { ...socket, sessionUUID: String(confirmation.data?.[0]?.["connectionSessionUUID"]) }
}
