/**
 * What can go wrong between a client and the service, as data. Every message on the way is a {@link Passage} through one
 * step of the protocol; a {@link Fault} says what becomes of it.
 *
 * @since 0.1.0
 */

/**
 * The steps of the protocol at which a message crosses the network, requests and replies apart. A text stream has four: its
 * request, the head of its response, each event and comment in it, and the event that says that it is complete.
 *
 * @since 0.1.0
 * @category models
 */
export type ProtocolStep =
  | "connect"
  | "authenticate"
  | "authenticated"
  | "submit"
  | "acknowledgement"
  | "result"
  | "poll"
  | "pollReply"
  | "ping"
  | "pong"
  | "stream"
  | "streamHead"
  | "streamPart"
  | "streamDone"
  | "registry"
  | "registryReply"
  | "other"

/**
 * One message on its way.
 *
 * @since 0.1.0
 * @category models
 */
export interface Passage {
  readonly transport: "rest" | "websocket"
  readonly step: ProtocolStep
  /** How many messages passed this step before, on either transport. */
  readonly earlier: number
  /** Milliseconds on the service's clock. */
  readonly at: number
  /** The tasks that the message is about. */
  readonly taskUUIDs: ReadonlyArray<string>
}

/**
 * What becomes of a message.
 *
 * - `Delay`: it comes later, and on a socket so does everything behind it. `Reorder`: what is behind it overtakes.
 * - `Drop`: it is lost, and the connection stays. `HalfOpen`: so is everything after it on this connection, both ways.
 * - `Duplicate`: it comes once more after a while.
 * - `Split`: each item and error comes in a frame of its own.
 * - `Refuse`: the connection is refused. `Reset`: it breaks, before or after the message got through.
 * - `Status`: a gateway answers an HTTP request, in place of the service or, with `processed`, in place of its reply.
 * - `Truncate`: the JSON ends in the middle; with `broken` the connection does too.
 * - `Stray`: an error frame about nobody's task comes first, with or without a taskUUID.
 *
 * Inside a text stream, of whose bytes none can be lost, doubled or overtaken alone, some of these read otherwise: after
 * `Drop` nothing more comes; `Split` sends byte by byte; `Status` puts its body in place of an event and ends the stream;
 * before a `Stray` event come lines that mean nothing; `Duplicate` and `Reorder` do nothing.
 *
 * @since 0.1.0
 * @category models
 */
export type Fault =
  | { readonly _tag: "Delay"; readonly millis: number }
  | { readonly _tag: "Reorder"; readonly millis: number }
  | { readonly _tag: "Drop" }
  | { readonly _tag: "HalfOpen" }
  | { readonly _tag: "Duplicate"; readonly millis: number }
  | { readonly _tag: "Split" }
  | { readonly _tag: "Refuse" }
  | { readonly _tag: "Reset"; readonly when: "before" | "after" }
  | {
      readonly _tag: "Status"
      readonly status: number
      /** Seconds, as `Retry-After` says them. */
      readonly retryAfter?: number | undefined
      /** Default: an HTML page, as gateways send it. */
      readonly body?: string | undefined
      readonly processed?: boolean | undefined
    }
  | { readonly _tag: "Truncate"; readonly broken: boolean }
  | { readonly _tag: "Stray"; readonly taskUUID: string | undefined }

/**
 * Decides about each message; `undefined` lets it pass.
 *
 * @since 0.1.0
 * @category models
 */
export type Faults = (passage: Passage) => Fault | undefined

/**
 * Where an injected fault strikes: the next so many messages of a step, of any step unless stated.
 *
 * @since 0.1.0
 * @category models
 */
export interface Where {
  readonly step?: ProtocolStep | undefined
  /** How many messages are spared first. Default 0. */
  readonly skip?: number | undefined
  /** How many are struck. Default 1. */
  readonly times?: number | undefined
}

/**
 * The faults of a list, each used up as it strikes. A message meets the first that holds for it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const queue = (): { readonly add: (fault: Fault, where: Where) => void; readonly decide: Faults } => {
  const waiting: Array<{
    readonly fault: Fault
    readonly step: ProtocolStep | undefined
    skip: number
    times: number
  }> = []
  return {
    add: (fault, { skip = 0, step, times = 1 }) => {
      waiting.push({ fault, step, skip, times })
    },
    decide: ({ step }) => {
      for (const [index, entry] of waiting.entries()) {
        if (entry.step !== undefined && entry.step !== step) continue
        if (entry.skip > 0) {
          entry.skip -= 1
          continue
        }
        entry.times -= 1
        if (entry.times <= 0) waiting.splice(index, 1)
        return entry.fault
      }
      return undefined
    }
  }
}
