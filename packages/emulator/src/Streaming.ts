/**
 * How text streams go: the parts that a stream is made of, and the switches that decide how it is written and how it ends.
 *
 * @since 0.1.0
 */

/**
 * The switches of text streams. All of them can be changed while the service runs, and set for one request by a script.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamSwitches {
  /**
   * How a stream ends: with `[DONE]`, without it, cut in the middle by a reset connection, or silent from the middle on
   * while the connection stays open.
   */
  readonly streamEnd: "done" | "noDone" | "cut" | "stall"
  /** The key of errors in the middle of a stream. */
  readonly streamErrors: "errors" | "error"
  /** Whether chunks are sent as they are, or each in a `data` as older services did. */
  readonly streamChunks: "plain" | "wrapped"
  readonly streamLines: "lf" | "crlf" | "cr"
  /** Adds what the grammar knows and a text stream doesn't use: `retry:`, ids, names, unknown fields, data in two lines. */
  readonly streamNoise: boolean
  /** What is written at once: an event, or a single byte, which cuts lines and characters anywhere. */
  readonly streamPieces: "events" | "bytes"
}

/**
 * What a stream most likely does.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultStreamSwitches: StreamSwitches = {
  streamEnd: "done",
  streamErrors: "errors",
  streamChunks: "plain",
  streamLines: "lf",
  streamNoise: false,
  streamPieces: "events"
}

/**
 * One step of a stream, in order: `Head` once, then what is written, then the end of it, unless it stalls.
 *
 * @since 0.1.0
 * @category models
 */
export type StreamPart =
  | { readonly _tag: "Head"; readonly switches: StreamSwitches }
  /** One event: JSON, or a text that is none. */
  | { readonly _tag: "Data"; readonly payload: unknown }
  /** A sign of life. */
  | { readonly _tag: "Comment"; readonly text: string }
  | { readonly _tag: "End" }
  /** The connection is gone. */
  | { readonly _tag: "Cut" }
