/**
 * The archive of answers: what was last answered to a taskUUID where no task was accepted under it, or where a later
 * submission of it was refused. `getTaskDetails` reads it.
 */
import type { WireTask } from "@effect-runware/core/Protocol"
import type { Reply } from "../State.ts"
import { wellFormed } from "./identity.ts"
import { drop, lookup, put, schedule, type Turn } from "./turn.ts"

/** Keeps an answer, in place of an earlier one, for as long as results are kept. */
export const archive = (turn: Turn, request: WireTask, apiKey: string, { data, errors }: Reply): void => {
  const taskUUID = wellFormed(request)
  if (typeof taskUUID !== "string" || !isOwn(turn, taskUUID, apiKey)) return
  const { answers, settings } = turn.state
  if (lookup(answers, taskUUID) === undefined)
    schedule(turn, turn.now + settings.retention, { _tag: "ForgetAnswer", taskUUID })
  put(turn, "answers", taskUUID, { apiKey, request, contents: { data, errors }, at: turn.now })
}

/** Forgets an answer, unless a later one took its place. */
export const forgetAnswer = (turn: Turn, taskUUID: string): void => {
  const answer = lookup(turn.state.answers, taskUUID)
  if (answer === undefined) return
  const end = answer.at + turn.state.settings.retention
  if (turn.now < end) schedule(turn, end, { _tag: "ForgetAnswer", taskUUID })
  else drop(turn, "answers", taskUUID)
}

/** Nobody writes into the archive of another account. */
const isOwn = ({ state }: Turn, taskUUID: string, apiKey: string): boolean =>
  [lookup(state.tasks, taskUUID), lookup(state.utilities, taskUUID), lookup(state.answers, taskUUID)].every(
    (each) => each === undefined || each.apiKey === apiKey
  )
