/**
 * Scripted HTTP faults: what the next matching request gets in place of the service's own answer.
 *
 * @since 0.1.0
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { StreamSwitches } from "./Streaming.ts"

/**
 * A request, as a script sees it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScriptedRequest {
  readonly method: string
  readonly path: string
  /** The tasks of the body; empty when it holds none. */
  readonly tasks: ReadonlyArray<WireTask>
}

/**
 * What to do with a request.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScriptedResponse {
  /** 200 unless stated. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown
  /**
   * How the response fails on its way: it never comes (`hang`), stops in the middle of the body (`truncate`), or the
   * connection is reset instead (`reset`).
   */
  readonly failure?: "hang" | "truncate" | "reset"
  /** Lets the service do the work first, so that only the news of it is lost. */
  readonly processed?: boolean
  /**
   * Answers as the service does, but for the text stream, which goes as these switches say. Nothing else of the script
   * counts then, but `times` and `match`.
   */
  readonly stream?: Partial<StreamSwitches>
  /** How many requests this holds for: one unless stated. */
  readonly times?: number
  /** Which requests this holds for: all `POST /v1` unless stated. */
  readonly match?: (request: ScriptedRequest) => boolean
}
