/**
 * A relay between a client and the emulator, on sockets of its own. It sees what travels, the handshake too, and can lose
 * it, cut the line or answer in the service's place: the same faults over either transport.
 */
import type { RunningEmulator } from "@effect-runware/emulator"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { WebSocket, WebSocketServer } from "ws"

/** A task, an item or an error, as far as a rule looks. */
export interface Part {
  readonly taskType?: string
  readonly taskUUID?: string
}

/** What becomes of what travels. `status` is for HTTP alone: a frame has none. */
export type Fate = "pass" | "lose" | "cut" | { readonly status: number; readonly answer: unknown }

/** Decides about each request or frame of tasks, and about each answer to one. Authentication passes unless `auth` decides. */
export interface Rules {
  readonly auth?: () => Fate
  readonly request?: (tasks: ReadonlyArray<Part>) => Fate
  readonly reply?: () => Fate
}

export interface Relay extends AsyncDisposable {
  readonly url: string
  /** The `User-Agent` of each request and each handshake. */
  readonly agents: ReadonlyArray<string | undefined>
}

/** Starts a relay to an emulator. */
export const startRelay = async (emulator: RunningEmulator, rules: Rules = {}): Promise<Relay> => {
  const agents: Array<string | undefined> = []
  const decide = (tasks: ReadonlyArray<Part>): Fate =>
    (tasks[0]?.taskType === "authentication" ? rules.auth?.() : rules.request?.(tasks)) ?? "pass"

  const carry = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { authorization, "user-agent": agent } = request.headers
    agents.push(agent)
    const body = request.method === "POST" ? await bodyOf(request) : undefined
    const sent = body === undefined ? "pass" : decide(partsOf(body))
    if (sent === "lose") return
    if (sent === "cut") return void request.socket.destroy()
    if (sent !== "pass") return void response.writeHead(sent.status, json).end(JSON.stringify(sent.answer))
    const answer = await fetch(`${emulator.url}${request.url}`, {
      method: request.method ?? "GET",
      headers: { ...json, ...(authorization === undefined ? {} : { authorization }) },
      ...(body === undefined ? {} : { body })
    })
    const text = await answer.text()
    const came = body === undefined ? "pass" : (rules.reply?.() ?? "pass")
    if (came === "lose") return
    if (came === "cut") return void request.socket.destroy()
    response.writeHead(answer.status, json).end(came === "pass" ? text : JSON.stringify(came.answer))
  }

  const join = (client: WebSocket): void => {
    const service = new WebSocket(`${emulator.url.replace("http", "ws")}/v1`)
    const opened = new Promise<void>((resolve) => service.once("open", () => resolve()))
    const cut = (): void => {
      client.terminate()
      service.terminate()
    }
    const follow = (fate: Fate, pass: () => void): void => {
      if (fate === "cut") cut()
      else if (fate === "pass") pass()
      else if (fate !== "lose") client.send(JSON.stringify(fate.answer))
    }
    client.on("message", (data) => {
      const text = String(data)
      follow(decide(partsOf(text)), () => void opened.then(() => service.send(text)))
    })
    service.on("message", (data) => {
      const text = String(data)
      const isAuth = partsOf(text).some(({ taskType }) => taskType === "authentication")
      follow(isAuth ? "pass" : (rules.reply?.() ?? "pass"), () => client.send(text))
    })
    for (const end of [client, service]) end.on("close", cut).on("error", cut)
  }

  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer((request, response) => void carry(request, response).catch(() => response.destroy()))
  server.on("upgrade", (request, socket, head) => {
    agents.push(request.headers["user-agent"])
    sockets.handleUpgrade(request, socket, head, join)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    agents,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}

/** Meets only the first of what travels. */
export const once = (fate: Fate): (() => Fate) => times(1, fate)

/** Meets the first `count` of what travels. */
export const times = (count: number, fate: Fate): (() => Fate) => {
  let left = count
  return () => (left-- > 0 ? fate : "pass")
}

/** A refusal of the first task in the service's words. */
export const refusing =
  (status: number, error: object): ((tasks: ReadonlyArray<Part>) => Fate) =>
  ([task]) => ({ status, answer: { errors: [{ ...error, taskUUID: task?.taskUUID }] } })

const json = { "content-type": "application/json" }

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const pieces: Array<Buffer> = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString("utf8")
}

/** The tasks of a request, or the items and errors of an answer. */
const partsOf = (text: string): ReadonlyArray<Part> => {
  // What the client and the emulator say is an array of tasks, or an envelope of items and errors.
  const said = JSON.parse(text) as ReadonlyArray<Part> | { readonly data?: Array<Part>; readonly errors?: Array<Part> }
  return "length" in said ? said : [...(said.data ?? []), ...(said.errors ?? [])]
}
