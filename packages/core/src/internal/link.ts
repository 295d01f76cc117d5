/**
 * The life of one socket, from dialling to death: open, authenticate, be ready, read frames and prove to be alive until
 * something breaks. It never ends well; how to go on is the session's decision.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import type * as EffectSocket from "effect/socket/Socket"
import * as Envelope from "../Envelope.ts"
import type { Settings } from "../RunwareConfig.ts"
import { fromWire, make as makeError, type RunwareError } from "../RunwareError.ts"
import { log } from "../RunwareLogger.ts"
import { conceal } from "./conceal.ts"
import { stopwatch } from "./elapsed.ts"
import { neverSent, rootCause } from "./http.ts"
import * as Socket from "./socket.ts"
import { saying } from "./saying.ts"

/** A socket that is authenticated. */
export interface Link {
  readonly sessionUUID: string
  readonly write: (frame: string) => Effect.Effect<void, RunwareError>
  /** The same where no effect runs: why a frame can't be sent shows when the link ends. */
  readonly send: (frame: string) => void
}

export interface LinkOptions {
  readonly settings: Settings
  readonly headers: Readonly<Record<string, string>> | undefined
  /** The session to resume. */
  readonly sessionUUID: string | undefined
  readonly onOpen: Effect.Effect<void>
  readonly onReady: (link: Link) => Effect.Effect<void>
  /** Told of each frame, and of the time at which it came. */
  readonly onFrame: (frame: Envelope.Envelope, now: number) => void
}

/** Runs a socket until it breaks; closes it with 1000 when interrupted. */
export const run = (options: LinkOptions): Effect.Effect<never, RunwareError, EffectSocket.WebSocketConstructor> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { settings } = options
      const now = yield* stopwatch
      const say = yield* saying
      const authenticated = Deferred.makeUnsafe<string, RunwareError>()
      let isReady = false
      let lastSign = now()

      /** Read where it comes: of thousands of frames a second none is worth a fiber's step. */
      const onText = (text: string): void => {
        lastSign = now()
        const frame = conceal(text, settings.apiKey)
        const envelope = parse(frame)
        if (envelope === undefined) return say?.("receive", "A frame that is not JSON was dropped", () => ({ frame }))
        say?.("receive", "frame", () => ({ ...envelope }))
        const auth = authentication(envelope, isReady)
        if (auth === undefined) options.onFrame(envelope, lastSign)
        else Deferred.doneUnsafe(authenticated, auth)
      }

      const socket = yield* Socket.dial(settings.webSocketUrl, {
        openTimeout: settings.connectTimeout,
        headers: options.headers,
        onText
      }).pipe(Effect.mapError((broken) => openError(settings, broken)))
      const broken = (how: Socket.Break) => brokenError(settings, how)
      const write = (frame: string) =>
        Effect.suspend(() => {
          const why = socket.send(frame)
          return why === undefined ? Effect.void : Effect.fail(broken(why))
        })
      yield* options.onOpen

      const heartbeat = Effect.gen(function* () {
        while (true) {
          yield* Effect.sleep(settings.heartbeatInterval)
          const pinged = now()
          yield* write(ping)
          yield* Effect.sleep(settings.pongTimeout)
          if (lastSign < pinged) return yield* silentError(settings)
        }
      })

      const live = Effect.gen(function* () {
        yield* log("auth", "Authenticating", () => ({ resumes: options.sessionUUID !== undefined }))
        yield* write(authenticationFrame(settings, options.sessionUUID))
        const sessionUUID = yield* Deferred.await(authenticated).pipe(
          Effect.timeoutOrElse({ duration: settings.authTimeout, orElse: () => Effect.fail(authTimeout(settings)) }),
          Effect.tapError((error) => log("auth", "Refused", () => ({ rawCode: error.rawCode, message: error.message })))
        )
        yield* log("auth", "Authenticated")
        isReady = true
        yield* options.onReady({ sessionUUID, write, send: socket.send })
        return yield* heartbeat
      })

      return yield* Effect.raceFirst(Effect.mapError(socket.broken, broken), live)
    })
  )

const ping = JSON.stringify([{ taskType: "ping", ping: true }])

const authenticationFrame = (settings: Settings, sessionUUID: string | undefined): string =>
  JSON.stringify([
    {
      taskType: "authentication",
      apiKey: Redacted.value(settings.apiKey),
      ...(sessionUUID === undefined ? {} : { connectionSessionUUID: sessionUUID })
    }
  ])

const parse = (frame: string): Envelope.Envelope | undefined => {
  try {
    return Envelope.fromJson(JSON.parse(frame))
  } catch {
    return undefined
  }
}

/**
 * What a frame says about the authentication, if it does. Other frames may come before the answer (a pong, replayed
 * results), and an error without address is about the authentication as long as that is all that was sent.
 */
export const authentication = (
  frame: Envelope.Envelope,
  isReady: boolean
): Exit.Exit<string, RunwareError> | undefined => {
  const error = frame.errors.find(
    (one) => one.taskType === "authentication" || (!isReady && one.taskUUID === undefined && one.taskType === undefined)
  )
  if (error !== undefined) {
    return Exit.fail(fromWire(error, { taskType: "authentication", submission: "none" }, frame.errors))
  }
  const item = frame.items.find((one) => one.taskType === "authentication")
  if (item === undefined) return undefined
  const sessionUUID = item["connectionSessionUUID"]
  return typeof sessionUUID === "string" && sessionUUID !== ""
    ? Exit.succeed(sessionUUID)
    : Exit.fail(
        makeError("auth", {
          rawCode: "authFailed",
          message: "The service answered the authentication without a session.",
          submission: "none"
        })
      )
}

const openError = (settings: Settings, broken: Socket.Break): RunwareError => {
  const { host } = new URL(settings.webSocketUrl)
  if (broken._tag === "Unmade") return noWebSocket(host, broken.cause)
  const cause = causeOf(broken)
  const refused = /unexpected server response: (\d+)/i.exec(cause?.message ?? "")?.[1]
  return makeError(refused === "401" || refused === "403" ? "auth" : "connection", {
    rawCode: refused === "401" ? "invalidApiKey" : "connectionFailed",
    message: `The socket to ${host} did not open: ${cause?.message ?? why(settings, broken)}`,
    submission: "none",
    ...(cause === undefined ? {} : { cause })
  })
}

/** A constructor that throws: the runtime has no WebSocket, or takes no headers. */
const noWebSocket = (host: string, cause: unknown): RunwareError =>
  makeError("connection", {
    rawCode: "noWebSocketImpl",
    message: `No socket to ${host} could be made: ${cause instanceof Error ? cause.message : "the WebSocket constructor failed"}.`,
    advice: 'Where there is no global WebSocket use @effect-runware/node, or the option `transport: "rest"`.',
    submission: "none"
  })

const brokenError = (settings: Settings, broken: Socket.Break): RunwareError => {
  const cause = causeOf(broken)
  return makeError("connection", {
    rawCode: "connectionFailed",
    message:
      broken._tag === "Closed"
        ? `The service closed the socket (${why(settings, broken)}).`
        : `The socket broke: ${cause?.message ?? why(settings, broken)}`,
    submission: neverSent(cause) ? "none" : "unknown",
    ...(cause === undefined ? {} : { cause })
  })
}

const causeOf = (broken: Socket.Break): Error | undefined => ("cause" in broken ? rootCause(broken.cause) : undefined)

/** What a break without a cause has to say. */
const why = ({ apiKey }: Settings, broken: Socket.Break): string => {
  if (broken._tag === "Closed") {
    return broken.reason === "" ? `${broken.code}` : `${broken.code}, ${conceal(broken.reason, apiKey)}`
  }
  return broken._tag === "Unanswered" ? "no answer" : "it said no more"
}

const silentError = (settings: Settings): RunwareError =>
  makeError("connection", {
    rawCode: "connectionFailed",
    message: `The socket gave no sign of life within ${Duration.format(settings.pongTimeout)} of a ping.`,
    submission: "unknown"
  })

const authTimeout = (settings: Settings): RunwareError =>
  makeError("auth", {
    rawCode: "authTimeout",
    message: `The service did not answer the authentication within ${Duration.format(settings.authTimeout)}.`,
    submission: "none"
  })
