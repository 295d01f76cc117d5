/** How the server of requests and the server of sockets reach the machine and the outside. */
import type { Command } from "../Command.ts"
import type { RequestEntry } from "../RequestEntry.ts"
import { isRecord } from "./json.ts"
import type { WireTask } from "@effect-runware/core/Protocol"

/** What both need. */
export interface Exposure {
  readonly dispatch: (command: Command) => void
  /** A reply as JSON, with its media in place. */
  readonly encode: (payload: unknown) => Promise<string>
  readonly onRequest: (entry: RequestEntry) => void
}

/** The one path of the inference endpoint. */
export const inferencePath = "/v1"

/** The largest request body, and the largest frame. */
export const maxBytes = 32 * 1024 * 1024

/** The tasks in a body, as far as it holds any. */
export const tasksOf = (body: unknown): ReadonlyArray<WireTask> =>
  (Array.isArray(body) ? body : []).filter(
    (entry): entry is WireTask => isRecord(entry) && typeof entry["taskType"] === "string"
  )

/** Whether a request asks for prices only. */
export const isDryRun = (header: string | ReadonlyArray<string> | undefined, query: URLSearchParams): boolean =>
  header === "1" || query.get("dryRun") === "1"

/** The address of a request; that of the root where a client sent something else. */
export const urlOf = (target: string | undefined): URL => {
  const base = "http://localhost/"
  return target !== undefined && URL.canParse(target, base) ? new URL(target, base) : new URL(base)
}
