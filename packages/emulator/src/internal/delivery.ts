/** Frames on their way to a client, or kept for it. */
import { lookup, put, type Turn } from "./turn.ts"

/** Sends a frame to a session, or keeps it until the session has a socket again. */
export const deliver = (turn: Turn, sessionUUID: string, payload: unknown): void => {
  const session = lookup(turn.state.sessions, sessionUUID)
  if (session === undefined) return
  if (session.socketId !== undefined) return send(turn, session.socketId, payload)
  const expiresAt = turn.now + turn.state.settings.replayWindow
  put(turn, "sessions", sessionUUID, { ...session, undelivered: [...session.undelivered, { payload, expiresAt }] })
}

/** Sends a frame to a socket. */
export const send = (turn: Turn, socketId: string, payload: unknown): void => {
  turn.events.push({ _tag: "Frame", socketId, payload })
}
