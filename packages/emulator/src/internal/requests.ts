/** The HTTP side of the server: submissions, documents, scripted faults. */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Event } from "../Command.ts"
import { bytesOf } from "../EventStream.ts"
import type { StreamPart, StreamSwitches } from "../Streaming.ts"
import { notFound, type Documents } from "./documents.ts"
import { inferencePath, isDryRun, maxBytes, tasksOf, urlOf, type Exposure } from "./exposure.ts"
import { parseJson } from "./json.ts"
import { partOf } from "./ranges.ts"
import { reject, type Rejection } from "./rejection.ts"
import { play, type Scripts } from "./scripts.ts"

/** Answers requests. */
export interface Requests {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  readonly reply: (event: Extract<Event, { readonly _tag: "HttpReply" | "StreamPart" }>) => void
  /** How many submissions came in. */
  readonly count: () => number
}

const json = { "content-type": "application/json" } as const

/** Milliseconds. */
const timeToRead = 100

const eventStream = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" } as const

/** Any page may use the emulator: that is what it is for. */
const permissive = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
  "access-control-allow-headers": "Authorization, *",
  "access-control-expose-headers": "*",
  "access-control-max-age": "86400"
} as const

/** What the log says about a request beyond its outcome. */
interface Noted {
  taskTypes: ReadonlyArray<string>
}

/** The HTTP side. */
export const makeRequests = (exposure: Exposure, documents: Documents, scripts: Scripts): Requests => {
  const { dispatch, encode, onRequest } = exposure
  const waiting = new Map<string, ServerResponse>()
  const streams = new Map<string, StreamSwitches>()
  let counted = 0

  const submit = async (request: IncomingMessage, response: ServerResponse, url: URL, entry: Noted): Promise<void> => {
    counted += 1
    const requestId = `http-${counted}`
    const body = await readBody(request)
    const tasks = tasksOf(body === undefined ? undefined : parseJson(body))
    entry.taskTypes = tasks.map(({ taskType }) => taskType)
    if (body === undefined) return refuseSize(response)
    const script = scripts.take({ method: "POST", path: url.pathname, tasks })
    const isPlayed = script !== undefined && script.stream === undefined
    if (isPlayed) play(script, response)
    if (isPlayed && script.processed !== true) return
    if (!isPlayed) waiting.set(requestId, response)
    response.once("close", () => {
      streams.delete(requestId)
      if (waiting.delete(requestId)) dispatch({ _tag: "HttpGone", requestId })
    })
    const { authorization } = request.headers
    const dryRun = isDryRun(request.headers["x-runware-dry-run"], url.searchParams)
    dispatch({ _tag: "HttpRequest", requestId, authorization, body, dryRun, stream: script?.stream })
  }

  const stream = (response: ServerResponse, requestId: string, part: StreamPart): void => {
    const switches = part._tag === "Head" ? part.switches : streams.get(requestId)
    if (switches === undefined) return
    switch (part._tag) {
      case "Head":
        streams.set(requestId, switches)
        response.writeHead(200, eventStream).flushHeaders()
        return
      case "End":
        waiting.delete(requestId)
        response.end()
        return
      case "Cut":
        waiting.delete(requestId)
        // A reset takes with it what the client has not read yet, and it is not the first half that shall be lost.
        setTimeout(() => response.socket?.resetAndDestroy(), timeToRead)
        return
      default:
        for (const piece of bytesOf(part, switches)) response.write(piece)
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const { method = "GET" } = request
    const script = scripts.take({ method, path: url.pathname, tasks: [] })
    if (script !== undefined) return play(script, response)
    const found = method === "GET" || method === "HEAD" ? await documents(url, header(request)) : unserved(url)
    const served = partOf(found, method === "GET" ? request.headers.range : undefined)
    response.writeHead(served.status, { ...served.headers })
    response.end(method === "HEAD" || served.status === 304 ? undefined : served.body)
  }

  return {
    count: () => counted,
    handle: (request, response) => {
      for (const [name, value] of Object.entries(permissive)) response.setHeader(name, value)
      if (request.method === "OPTIONS") {
        response.writeHead(204).end()
        return
      }
      const url = urlOf(request.url)
      const entry: Noted = { taskTypes: [] }
      const started = performance.now()
      response.once("finish", () =>
        onRequest({
          method: request.method ?? "GET",
          path: url.pathname,
          status: response.statusCode,
          milliseconds: Math.round(performance.now() - started),
          ...entry
        })
      )
      const handled =
        request.method === "POST" && url.pathname === inferencePath
          ? submit(request, response, url, entry)
          : serve(request, response, url)
      handled.catch(() => fail(response))
    },
    reply: (event) => {
      const { requestId } = event
      const response = waiting.get(requestId)
      if (response === undefined) return
      if (event._tag === "StreamPart") return stream(response, requestId, event.part)
      const { headers, payload, status } = event
      waiting.delete(requestId)
      encode(payload).then(
        (text) => {
          if (!response.destroyed) response.writeHead(status, { ...json, ...headers }).end(text)
        },
        () => fail(response)
      )
    }
  }
}

/** The text of a body; `undefined` when it is larger than allowed. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of request) {
    const bytes: Uint8Array = chunk
    size += bytes.length
    if (size <= maxBytes) chunks.push(bytes)
  }
  return size > maxBytes ? undefined : Buffer.concat(chunks).toString("utf8")
}

const header = (request: IncomingMessage): string | undefined => request.headers["if-none-match"]

const unserved = ({ pathname }: URL) => notFound(`Nothing is served at ${pathname}.`)

const sendRejection = (response: ServerResponse, { error, status }: Rejection): void => {
  response.writeHead(status, json).end(JSON.stringify({ errors: [error] }))
}

const refuseSize = (response: ServerResponse): void =>
  sendRejection(response, reject(413, "maxRequestSize", "The request is larger than 32 MiB.", { max: maxBytes }))

const fail = (response: ServerResponse): void => {
  if (response.headersSent) response.destroy()
  else sendRejection(response, reject(500, "internalServerError", "The emulator failed to answer."))
}
