/** What utilities leave behind so that they can be asked for it. */
import type { Reply } from "../../State.ts"
import type { UtilityRecord } from "../../TaskRecord.ts"
import { put, schedule, type Turn } from "../turn.ts"

/** Keeps the last answer for as long as results are kept. */
export const conclude = (turn: Turn, record: UtilityRecord, reply: Reply): void => {
  const { taskUUID } = record
  put(turn, "utilities", taskUUID, { ...record, reply, repliedAt: turn.now })
  schedule(turn, turn.now + turn.state.settings.retention, { _tag: "ForgetUtility", taskUUID })
}
