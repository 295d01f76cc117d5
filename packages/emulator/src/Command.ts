/**
 * What reaches the service, and what the service does about it: the two ends of the machine, as data.
 *
 * @since 0.1.0
 */
import type { IntakeKind, IntakeOutcome, MediaSource } from "./MediaIntake.ts"
import type { StreamPart, StreamSwitches } from "./Streaming.ts"
import type { OutboundBody } from "./State.ts"
import type { Switches } from "./Switches.ts"

/**
 * What reaches the service.
 *
 * @since 0.1.0
 * @category models
 */
export type Command =
  | {
      readonly _tag: "HttpRequest"
      /** Chosen by the shell; the reply carries it. */
      readonly requestId: string
      readonly authorization: string | undefined
      readonly body: string
      /** Prices the tasks and runs none. */
      readonly dryRun: boolean
      /** How its stream goes, where that is not as the switches say. */
      readonly stream?: Partial<StreamSwitches> | undefined
    }
  /** The client of a request went away; its tasks go on. */
  | { readonly _tag: "HttpGone"; readonly requestId: string }
  | { readonly _tag: "SocketOpened"; readonly socketId: string; readonly dryRun: boolean }
  | { readonly _tag: "FrameReceived"; readonly socketId: string; readonly text: string }
  /** A ping of the WebSocket protocol itself, as opposed to a `ping` task. */
  | { readonly _tag: "ControlPing"; readonly socketId: string }
  | { readonly _tag: "SocketGone"; readonly socketId: string }
  /** An attempt to send something outside has ended. */
  | { readonly _tag: "SentOutside"; readonly id: string; readonly succeeded: boolean }
  /** What became of a medium that the service asked for. */
  | { readonly _tag: "MediaTaken"; readonly intakeId: string; readonly outcome: IntakeOutcome }
  /** The address of a model was looked at; `failure` says why it gives no file. */
  | { readonly _tag: "DownloadChecked"; readonly taskUUID: string; readonly failure: string | undefined }
  /** The service has an address: `http://127.0.0.1:7331`. */
  | { readonly _tag: "Located"; readonly origin: string }
  | { readonly _tag: "Configure"; readonly switches: Partial<Switches> }
  /** Nothing but time has passed. */
  | { readonly _tag: "Tick" }

/**
 * What the service does. Payloads may hold `MediaOutput`s, which `encodeReply` turns into addresses or bytes.
 *
 * @since 0.1.0
 * @category models
 */
export type Event =
  | {
      readonly _tag: "HttpReply"
      readonly requestId: string
      readonly status: number
      /** Headers besides those of every reply. */
      readonly headers?: Readonly<Record<string, string>>
      readonly payload: unknown
    }
  /** Part of a text stream, which is the answer to a request. */
  | { readonly _tag: "StreamPart"; readonly requestId: string; readonly part: StreamPart }
  /** A client brings a medium: whoever carries this out answers with `MediaTaken`. */
  | {
      readonly _tag: "TakeMedia"
      readonly intakeId: string
      readonly source: MediaSource
      readonly kind: IntakeKind
    }
  /** Whether an address gives a file: whoever looks answers with `DownloadChecked`. */
  | { readonly _tag: "CheckDownload"; readonly taskUUID: string; readonly url: string }
  | { readonly _tag: "Frame"; readonly socketId: string; readonly payload: unknown }
  /** A webhook is told, or an output uploaded. Whoever does it answers with `SentOutside`. */
  | { readonly _tag: "SendOutside"; readonly id: string; readonly url: string; readonly body: OutboundBody }
  | { readonly _tag: "ControlPong"; readonly socketId: string }
  | { readonly _tag: "CloseSocket"; readonly socketId: string; readonly code: number; readonly reason: string }
  /** The connection ends without a closing handshake. */
  | { readonly _tag: "DropSocket"; readonly socketId: string }
