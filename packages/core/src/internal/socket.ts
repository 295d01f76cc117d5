/**
 * One WebSocket, read as text: it is dialled, hands over each frame as it comes, and is closed with its scope. Whatever ends it
 * is told as data; what that means for the client is the link's to say.
 */
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
  /** Waits for its end. One fiber waits. */
  readonly broken: Effect.Effect<never, Break>
  /** Sends a frame, or gives why nothing can be sent any more. */
  readonly send: (frame: string) => Break | undefined
}

/** Opens a socket. It is closed with 1000 when its scope ends. */
export const dial = Effect.fnUntraced(function* (
  url: string,
  options: {
    readonly openTimeout: Duration.Duration
    readonly headers: Readonly<Record<string, string>> | undefined
    /** Told of each frame. Should it throw, that is the end of the socket. */
    readonly onText: (frame: string) => void
  }
): Effect.fn.Return<Socket, Break, EffectSocket.WebSocketConstructor | Scope.Scope> {
  const { headers, onText, openTimeout } = options
  const construct = yield* WebSocketConstructor
  let broken: Break | undefined
  let onChange: (() => void) | undefined

  const breakOff = (why: Break) => {
    broken ??= why
    onChange?.()
  }

  const ws = yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const ws = construct(url, headers === undefined ? undefined : { headers })
        if (!isSocket(ws)) throw new TypeError("what it made is no WebSocket")
        return ws
      },
      catch: (cause): Break => ({ _tag: "Unmade", cause })
    }),
    (ws) =>
      // A socket that can't even be closed must not keep the session from going on.
      Effect.try(() => {
        breakOff(closedBy(1000))
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
      onText(textOf(data))
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
    broken: until(orBroken),
    send: (frame) => {
      try {
        if (broken === undefined) ws.send(frame)
        return broken
      } catch (cause) {
        return { _tag: "Failed", cause }
      }
    }
  }
})

const closedBy = (code: number, reason = ""): Break => ({ _tag: "Closed", code, reason })

/** Whether a constructor of the app's made what it says. */
const isSocket = (ws: unknown): ws is EffectSocket.WebSocketLike =>
  typeof ws === "object" &&
  ws !== null &&
  ["addEventListener", "send", "close"].every((name) => typeof Reflect.get(ws, name) === "function")

const textOf = (data: unknown): string =>
  data instanceof ArrayBuffer || data instanceof Uint8Array ? new TextDecoder().decode(data) : String(data)
