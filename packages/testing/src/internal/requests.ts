/**
 * HTTP exchanges with the service in memory: from the request, past the faults, through the machine, past the faults
 * again, to the answer. `HttpClient` and `fetch` are two dresses of this.
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { Command, Event } from "@effect-runware/emulator/Command"
import type { Documents } from "./documents.ts"
import type { StreamPart } from "@effect-runware/emulator/Streaming"
import type { Fault } from "../Fault.ts"
import type { Network } from "./network.ts"
import { StreamedBody } from "./streamedBody.ts"
import { encode, replyTo, requestOf, type Sighting, tasksOf } from "./wire.ts"

export interface Request {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A text, or a stream of it that is still being written. */
  readonly body: string | StreamedBody
  /** The connection ends before the body does. */
  readonly broken: boolean
}

/** How an exchange ends, if it does: an answer, or an error as a platform reports it. */
export type Ending =
  | { readonly _tag: "Answer"; readonly answer: Answer }
  | { readonly _tag: "Error"; readonly error: Error }

export interface Requests {
  /** Begins an exchange; the function that comes back gives it up. */
  readonly begin: (request: Request, end: (ending: Ending) => void) => () => void
  readonly reply: (event: Extract<Event, { readonly _tag: "HttpReply" | "StreamPart" }>) => void
  /** Breaks all exchanges under way. */
  readonly reset: () => void
  /** How many requests came in. */
  readonly count: () => number
  /** The tasks of the text streams that a client still reads. */
  readonly streaming: () => ReadonlyArray<string>
}

interface Waiting {
  readonly sighting: Sighting
  readonly end: (ending: Ending) => void
}

const json = { "content-type": "application/json" } as const

const eventStream = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" } as const

export const makeRequests = (options: {
  readonly network: Network
  readonly origin: string
  readonly documents: Documents
  readonly dispatch: (command: Command) => void
  readonly authorization: (given: string | undefined) => string | undefined
}): Requests => {
  const { network } = options
  const waiting = new Map<string, Waiting>()
  const streams = new Map<string, StreamedBody>()
  let counted = 0

  const submit = (requestId: string, request: Request): void =>
    options.dispatch({
      _tag: "HttpRequest",
      requestId,
      authorization: options.authorization(request.headers["authorization"]),
      body: request.body,
      dryRun: request.headers["x-runware-dry-run"] === "1"
    })

  /** Sends an answer back, as well as its fault lets it. */
  const respond = (sighting: Sighting, answer: Answer, end: (ending: Ending) => void): void => {
    const fault = network.decide("rest", sighting)
    const send = (ending: Ending, more = 0) => {
      // A body that nobody gets has no reader either.
      if (typeof answer.body !== "string" && !(ending._tag === "Answer" && ending.answer === answer)) {
        answer.body.cancel()
      }
      network.after(network.latency() + more, () => end(ending))
    }
    switch (fault?._tag) {
      case "Drop":
      case "HalfOpen":
        return
      case "Refuse":
      case "Reset":
        return send(failed("ECONNRESET", "read ECONNRESET"))
      case "Delay":
      case "Reorder":
        return send(answered(answer), fault.millis)
      case "Status":
        return send(answered(gateway(fault)))
      case "Truncate":
        return send(
          answered({
            ...answer,
            body: half(answer.body),
            broken: fault.broken || typeof answer.body !== "string"
          })
        )
      default:
        return send(answered(answer))
    }
  }

  const arrive = (id: string, request: Request, tasks: ReadonlyArray<WireTask>, sighting: Sighting): void => {
    const entry = waiting.get(id)
    if (network.isDown()) return entry?.end(failed("ECONNRESET", "read ECONNRESET"))
    if (isSubmission(request)) return submit(id, request)
    if (entry === undefined) return
    waiting.delete(id)
    const served = options.documents(request.url.pathname, request.headers["if-none-match"])
    const reply =
      sighting.step === "registry" ? { ...sighting, step: "registryReply" as const } : replyTo(sighting, tasks)
    respond(reply, { ...served, broken: false }, entry.end)
  }

  /** Sends a request on its way, as well as its fault lets it. */
  const travel = (
    fault: Fault | undefined,
    arriveAs: (id: string) => void,
    id: string,
    end: (ending: Ending) => void
  ): void => {
    const latency = network.latency()
    const over = (ending: Ending) => network.after(latency, () => end(ending))
    if (network.isDown()) return over(refused)
    switch (fault?._tag) {
      case "Drop":
      case "HalfOpen":
        return
      case "Refuse":
        return over(refused)
      case "Reset":
        if (fault.when === "after") network.after(latency, () => arriveAs(`${id}/lost`))
        return network.after(2 * latency, () => end(failed("ECONNRESET", "read ECONNRESET")))
      case "Status":
        if (fault.processed === true) network.after(latency, () => arriveAs(`${id}/lost`))
        return network.after(2 * latency, () => end(answered(gateway(fault))))
      case "Duplicate":
        network.after(latency + fault.millis, () => arriveAs(`${id}/again`))
        return network.after(latency, () => arriveAs(id))
      case "Delay":
      case "Reorder":
        return network.after(latency + fault.millis, () => arriveAs(id))
      default:
        return network.after(latency, () => arriveAs(id))
    }
  }

  /** The service notices a while after the client that it has left. */
  const leave = (requestId: string): void =>
    network.after(network.latency(), () => options.dispatch({ _tag: "HttpGone", requestId }))

  const writePart = (requestId: string, part: StreamPart): void => {
    if (part._tag !== "Head") return streams.get(requestId)?.write(part)
    const entry = waiting.get(requestId)
    if (entry === undefined) return
    const body = new StreamedBody(part.switches, network, entry.sighting.taskUUIDs, () => {
      if (streams.delete(requestId)) leave(requestId)
    })
    streams.set(requestId, body)
    respond(entry.sighting, { status: 200, headers: eventStream, body, broken: false }, entry.end)
  }

  return {
    count: () => counted,
    streaming: () => [...streams.values()].flatMap(({ taskUUIDs }) => taskUUIDs),
    begin: (request, end) => {
      counted += 1
      const id = `http-${counted}`
      const tasks = isSubmission(request) ? tasksOf(request.body) : []
      const sighting: Sighting =
        request.url.pathname === "/registry.json" ? { step: "registry", taskUUIDs: [] } : requestOf(tasks)
      let isOpen = true
      const once = (ending: Ending): void => {
        if (!isOpen) return
        isOpen = false
        waiting.delete(id)
        end(ending)
      }
      waiting.set(id, { sighting: replyTo(sighting, tasks), end: once })
      travel(network.decide("rest", sighting), (as) => arrive(as, request, tasks, sighting), id, once)
      return () => {
        isOpen = false
        const body = streams.get(id)
        const wasWaiting = waiting.delete(id)
        if (body !== undefined) body.cancel()
        else if (wasWaiting) leave(id)
      }
    },
    reply: (event) => {
      const { requestId } = event
      if (event._tag === "StreamPart") return writePart(requestId, event.part)
      const entry = waiting.get(requestId)
      if (entry === undefined) return
      const { headers, payload, status } = event
      const body = encode(payload, options.origin)
      respond(entry.sighting, { status, headers: { ...json, ...headers }, body, broken: false }, entry.end)
    },
    reset: () => {
      for (const { end } of waiting.values()) end(failed("ECONNRESET", "read ECONNRESET"))
      for (const body of streams.values()) body.break()
    }
  }
}

const isSubmission = ({ method, url }: Request): boolean => method === "POST" && url.pathname === "/v1"

/** What a cut leaves: of a stream the connection ends at once. */
const half = (body: Answer["body"]): string =>
  typeof body === "string" ? body.slice(0, Math.floor(body.length / 2)) : ""

const answered = (answer: Answer): Ending => ({ _tag: "Answer", answer })

const failed = (code: string, message: string): Ending => ({
  _tag: "Error",
  error: Object.assign(new Error(message), { code })
})

const refused: Ending = failed("ECONNREFUSED", "connect ECONNREFUSED")

const gateway = ({ body, retryAfter, status }: Extract<Fault, { readonly _tag: "Status" }>): Answer => ({
  status,
  headers: {
    "content-type": body === undefined ? "text/html" : "application/json",
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) })
  },
  body: body ?? `<html><body><h1>${status}</h1><hr>gateway</body></html>`,
  broken: false
})
