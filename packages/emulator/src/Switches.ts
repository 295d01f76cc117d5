/**
 * The service's disputed habits, as switches. Sources disagree about some replies, and a client has to bear every form
 * that was seen; a test flips a switch to meet the other form. The defaults are what the service most likely does.
 *
 * @since 0.1.0
 */
import { defaultStreamSwitches, type StreamSwitches } from "./Streaming.ts"

/**
 * How an error body is wrapped. `auto` chooses as the service does: `E4` in front of a text stream, else `errors` alone, beside an empty `data` in a refused
 * HTTP request, beside the items that succeeded otherwise. The numbered forms are those in circulation:
 *
 * - `E1` `{"errors":[…]}`
 * - `E2` `{"data":[],"errors":[…]}`
 * - `E3` `{"data":[…],"errors":[…]}`
 * - `E4` `{"error":{…},"taskUUID":…}`
 * - `E5` `{"error":[…]}`
 * - `E6` `{"error":"text"}`
 * - `E7` `{"error":true,"errorId":…,"errorMessage":…}`
 * - `E8` `[…]`
 * - `E9` `{"data":[{"status":"error","error":{…}}]}`
 *
 * @since 0.1.0
 * @category models
 */
export type EnvelopeForm = "auto" | "E1" | "E2" | "E3" | "E4" | "E5" | "E6" | "E7" | "E8" | "E9"

/**
 * Every switch. All can be changed while the service runs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Switches extends StreamSwitches {
  readonly errorEnvelope: EnvelopeForm
  /** What acknowledges an asynchronous task: one bare item, an empty `data`, or what a poll would have answered. */
  readonly acknowledgement: "item" | "empty" | "withResults"
  /** Where a failed generation stands in a poll reply: moved to `errors`, or kept in its place in `data`. */
  readonly failedGenerations: "errors" | "items"
  /** How replies to one frame are cut into frames. `perItem` concerns synchronous results only. */
  readonly grouping: "perTask" | "perItem" | "batched"
  /** Whether frames that found no socket are sent again when the session resumes. */
  readonly replay: "on" | "off" | "duplicated"
  /** What becomes of a socket whose key was refused. */
  readonly authenticationFailure: "close" | "leaveOpen"
  /** `false`: pings of either kind stay unanswered. */
  readonly pong: boolean
  /** Adds an empty `errors` to replies that hold none. */
  readonly emptyErrors: boolean
  /** `false`: errors come without `taskUUID`, so that nobody can tell whose they are. */
  readonly addressedErrors: boolean
  /**
   * The answer to a poll for an unknown task. `auto`: an empty `data` over HTTP, `taskNotFound` over WebSocket, where an
   * empty `data` could not be routed.
   */
  readonly unknownTask: "auto" | "empty" | "error"
  /** Placeholders of generations that still run: one for each, or one for the whole task. */
  readonly placeholders: "perGeneration" | "perTask"
  /** Whether placeholders say how far their generation is. */
  readonly progress: boolean
  /** What a webhook gets for an item: the item itself, or a `data` around it. Errors always come as `errors`. */
  readonly webhookForm: "flat" | "wrapped"
  /** Tasks that a key may submit in a second; 0 is any number. Polls and utilities are not counted. */
  readonly rateLimit: number
  /** Tasks that a key may submit at once, where there is a limit. */
  readonly rateBurst: number
  /** Whether the address of a model that is uploaded is believed, or asked for its head. */
  readonly modelDownloads: "assumed" | "checked"
  /** Milliseconds without a frame from the client after which a socket ends. */
  readonly idleTimeout: number
  /** How an idle socket ends: closed with 1000, or the connection simply gone. */
  readonly idleEnd: "close" | "drop"
}

/**
 * What the service most likely does.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultSwitches: Switches = {
  ...defaultStreamSwitches,
  errorEnvelope: "auto",
  acknowledgement: "item",
  failedGenerations: "errors",
  grouping: "perTask",
  replay: "on",
  authenticationFailure: "close",
  pong: true,
  emptyErrors: false,
  addressedErrors: true,
  unknownTask: "auto",
  placeholders: "perGeneration",
  progress: true,
  webhookForm: "flat",
  rateLimit: 0,
  rateBurst: 10,
  modelDownloads: "assumed",
  idleTimeout: 120_000,
  idleEnd: "close"
}
