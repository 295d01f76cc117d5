/** A service of three models and a driver that plays a script against it, with the time in the test's hand. */
import type { WireEnvelope, WireTask } from "@effect-runware/core/Protocol"
import type { Catalog, CatalogModel } from "../src/Catalog.ts"
import type { Command, Event } from "../src/Command.ts"
import { makeStep, nextWake } from "../src/Machine.ts"
import { initial, type InitialState, type State } from "../src/State.ts"

export const key = "key-of-the-test"
export const otherKey = "key-of-another"

const models: ReadonlyArray<CatalogModel> = [
  { air: "demo:image@1", slug: "demo-image-1", taskType: "imageInference" },
  { air: "demo:chat@1", slug: "demo-chat-1", taskType: "textInference" },
  { air: "demo:mask@1", slug: "demo-mask-1", taskType: "imageMasking" }
]

/** Accepts everything that has a prompt. */
export const catalog: Catalog = {
  find: (model) => models.find(({ air, slug }) => air === model || slug === model),
  isCommunity: (air) => air.startsWith("civitai:"),
  violations: (task) =>
    task["positivePrompt"] === ""
      ? [{ code: "missingPositivePrompt", message: "Missing required parameter.", parameter: "positivePrompt" }]
      : [],
  values: () => [],
  resultFields: () => [],
  resolve: () => undefined,
  listed: () => [],
  architecture: () => undefined
}

/** A distinct taskUUID for each number. */
export const uuid = (n: number): string => `5b0d6c1e-8f2a-4c37-9a41-${n.toString(16).padStart(12, "0")}`

/** An image task. */
export const image = (n: number, parameters: Readonly<Record<string, unknown>> = {}): WireTask => ({
  taskType: "imageInference",
  taskUUID: uuid(n),
  model: "demo:image@1",
  positivePrompt: "a lighthouse",
  width: 512,
  height: 512,
  ...parameters
})

/** A poll. */
export const poll = (n: number): WireTask => ({ taskType: "getResponse", taskUUID: uuid(n) })

const step = makeStep(catalog)

/** A service under the hand of a test. */
export const drive = (options: Partial<InitialState> = {}) => {
  let state: State = initial({ keys: { [key]: 10, [otherKey]: 10 }, timeScale: 1, ...options })
  let requests = 0

  const perform = (command: Command, at: number): ReadonlyArray<Event> => {
    const [next, events] = step(state, command, at)
    state = next
    return events
  }

  return {
    perform,
    state: () => state,
    nextWake: () => nextWake(state),
    /** Posts tasks; gives the reply, if it comes at once. */
    post: (at: number, tasks: unknown, options: { apiKey?: string | undefined; dryRun?: boolean } = {}) => {
      requests += 1
      const apiKey = "apiKey" in options ? options.apiKey : key
      const events = perform(
        {
          _tag: "HttpRequest",
          requestId: `request-${requests}`,
          authorization: apiKey === undefined ? undefined : `Bearer ${apiKey}`,
          body: typeof tasks === "string" ? tasks : JSON.stringify(tasks),
          dryRun: options.dryRun ?? false
        },
        at
      )
      return reply(events)
    },
    tick: (at: number) => perform({ _tag: "Tick" }, at),
    frame: (at: number, socketId: string, tasks: unknown) =>
      payloads(
        perform(
          { _tag: "FrameReceived", socketId, text: typeof tasks === "string" ? tasks : JSON.stringify(tasks) },
          at
        )
      ),
    /** Opens a socket and authenticates; gives the session. */
    connect: (at: number, socketId: string, sessionUUID?: string) => {
      perform({ _tag: "SocketOpened", socketId, dryRun: false }, at)
      const events = perform(
        { _tag: "FrameReceived", socketId, text: JSON.stringify([authentication(sessionUUID)]) },
        at
      )
      const [first, ...replayed] = payloads(events)
      return { sessionUUID: String(first?.data?.[0]?.["connectionSessionUUID"]), replayed }
    }
  }
}

/** The first frame of a client. */
export const authentication = (connectionSessionUUID?: string, apiKey: string = key): WireTask => ({
  taskType: "authentication",
  apiKey,
  ...(connectionSessionUUID === undefined ? {} : { connectionSessionUUID })
})

/** The HTTP reply among events. */
export const reply = (events: ReadonlyArray<Event>): { status: number; payload: WireEnvelope } | undefined => {
  const event = events.find((each) => each._tag === "HttpReply")
  // Tests read payloads as the envelopes they are; the machine keeps them open.
  return event === undefined ? undefined : { status: event.status, payload: event.payload as WireEnvelope }
}

/** The frames among events. */
export const payloads = (events: ReadonlyArray<Event>): ReadonlyArray<WireEnvelope> =>
  events.filter((event) => event._tag === "Frame").map((event) => event.payload as WireEnvelope)

/** Codes of the errors of an envelope. */
export const codes = (envelope: WireEnvelope | undefined): ReadonlyArray<string> =>
  (envelope?.errors ?? []).map(({ code }) => code)
