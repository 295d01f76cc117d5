/**
 * One WebSocket, read as text: it is dialled, gives the frames that came, and is closed with its scope. Whatever ends it
 * is told as data; what that means for the client is the link's to say.
 */
import type { NonEmptyReadonlyArray } from "effect/Array"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as EffectSocket from "effect/socket/Socket"
import { WebSocketConstructor } from "../WebSocketConstructor.ts"

/** Why a socket was not there, or is no more. */
export type Break =
  /** The constructor threw: the runtime has no WebSocket, or takes no headers. */
  | { readonly _tag: "Unmade"; readonly cause: unknown }
  /** It did not open in time. */
  | { readonly _tag: "Unanswered" }
  | { readonly _tag: "Failed"; readonly cause: unknown }
  | { readonly _tag: "Closed"; readonly code: number; readonly reason: string }

export interface Socket {
  /** The frames that have come and were not read yet, as soon as there is one. One fiber reads. */
  readonly read: Effect.Effect<NonEmptyReadonlyArray<string>, Break>
  /** Fails where nothing can be sent any more. */
  readonly write: (frame: string) => Effect.Effect<void, Break>
}

/** Opens a socket. It is closed with 1000 when its scope ends. */
export const dial = Effect.fnUntraced(function* (
  url: string,
  options: {
    readonly openTimeout: Duration.Duration
    readonly headers: Readonly<Record<string, string>> | undefined
  }
): Effect.fn.Return<Socket, Break, EffectSocket.WebSocketConstructor | Scope.Scope> {
  const { headers, openTimeout } = options
  const construct = yield* WebSocketConstructor
  let broken: Break | undefined
  let onChange: (() => void) | undefined

  const breakOff = (why: Break) => {
    broken ??= why
    onChange?.()
  }

  const { inbox, ws } = yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const ws = construct(url, headers === undefined ? undefined : { headers })
        if (!isSocket(ws)) throw new TypeError("what it made is no WebSocket")
        return { ws, inbox: makeInbox(ws) }
      },
      catch: (cause): Break => ({ _tag: "Unmade", cause })
    }),
    ({ inbox, ws }) =>
      // A socket that can't even be closed must not keep the session from going on.
      Effect.try(() => {
        breakOff(closedBy(1000))
        // A paused socket would not see the other side's goodbye.
        inbox.take()
        ws.close(1000)
      }).pipe(Effect.ignore)
  )
  // Frames are text. Should one be binary all the same, its bytes must be there at once.
  Reflect.set(ws, "binaryType", "arraybuffer")
  let isOpen = ws.readyState === 1
  if (ws.readyState > 1) broken = closedBy(1006)

  // They stay for good: `ws` throws an error that nobody listens to, also one of a dial that was given up.
  ws.addEventListener("open", () => {
    isOpen = true
    onChange?.()
  })
  ws.addEventListener("message", ({ data }) => {
    if (broken !== undefined) return
    try {
      inbox.add(textOf(data))
      onChange?.()
    } catch (cause) {
      breakOff({ _tag: "Failed", cause })
    }
  })
  ws.addEventListener("error", (event) => breakOff({ _tag: "Failed", cause: event }))
  ws.addEventListener("close", ({ code, reason }) => breakOff(closedBy(code ?? 1006, reason)))

  /** Waits until an event brings what `look` looks for. */
  const until = <A>(look: () => Effect.Effect<A, Break> | undefined): Effect.Effect<A, Break> =>
    Effect.callback((resume) => {
      onChange = () => {
        const found = look()
        if (found === undefined) return
        onChange = undefined
        resume(found)
      }
      onChange()
      return Effect.sync(() => {
        onChange = undefined
      })
    })
  const orBroken = () => (broken === undefined ? undefined : Effect.fail(broken))

  yield* until(() => orBroken() ?? (isOpen ? Effect.void : undefined)).pipe(
    Effect.timeoutOrElse({
      duration: openTimeout,
      orElse: () => Effect.fail<Break>({ _tag: "Unanswered" })
    })
  )
  return {
    read: until(() => {
      const frames = inbox.take()
      return frames === undefined ? orBroken() : Effect.succeed(frames)
    }),
    write: (frame) =>
      Effect.suspend(
        () =>
          orBroken() ?? Effect.try({ try: () => ws.send(frame), catch: (cause): Break => ({ _tag: "Failed", cause }) })
      )
  }
})

const closedBy = (code: number, reason = ""): Break => ({ _tag: "Closed", code, reason })

/** What has come and waits for its reader. Too much of it holds the network back, where the socket can do that. */
const makeInbox = (ws: EffectSocket.WebSocketLike) => {
  let frames: Array<string> = []
  let unread = 0
  return {
    add: (frame: string) => {
      frames.push(frame)
      unread += frame.length
      if (unread > mostUnread && isPausable(ws)) ws.pause()
    },
    take: (): NonEmptyReadonlyArray<string> | undefined => {
      const taken = frames
      if (!isFilled(taken)) return undefined
      if (unread > mostUnread && isPausable(ws)) ws.resume()
      frames = []
      unread = 0
      return taken
    }
  }
}

/** Characters: a small picture in base64. */
const mostUnread = 65_536

const isFilled = (frames: ReadonlyArray<string>): frames is NonEmptyReadonlyArray<string> => frames.length > 0

interface Pausable {
  readonly pause: () => void
  readonly resume: () => void
}

/** Whether a constructor of the app's made what it says. */
const isSocket = (ws: unknown): ws is EffectSocket.WebSocketLike =>
  typeof ws === "object" &&
  ws !== null &&
  ["addEventListener", "send", "close"].every((name) => typeof Reflect.get(ws, name) === "function")

/** Whether it is one of `ws`. */
const isPausable = (ws: EffectSocket.WebSocketLike): ws is EffectSocket.WebSocketLike & Pausable =>
  "pause" in ws && typeof ws.pause === "function" && "resume" in ws && typeof ws.resume === "function"

const textOf = (data: unknown): string =>
  data instanceof ArrayBuffer || data instanceof Uint8Array ? new TextDecoder().decode(data) : String(data)
