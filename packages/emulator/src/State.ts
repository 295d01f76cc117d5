/**
 * Everything the service remembers, as one immutable value: accounts, tasks, media, sessions, sockets, and requests that
 * wait for their reply. A state can be kept, compared, and returned to.
 *
 * @since 0.1.0
 */
import type { WireError, WireItem } from "@effect-runware/core/Protocol"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { empty, type Agenda } from "./internal/agenda.ts"
import type { Bucket } from "./internal/rateLimit.ts"
import type { IntakeKind, MediaFile } from "./MediaIntake.ts"
import type { MediaDescription } from "./Media.ts"
import type { StreamPart, StreamSwitches } from "./Streaming.ts"
import type { Account, Usage } from "./Account.ts"
import type { ArchivedAnswer, TaskRecord, UtilityRecord } from "./TaskRecord.ts"
import type { ModelUpload, UploadedModel } from "./UploadedModel.ts"
import { defaultSwitches, type Switches } from "./Switches.ts"

/**
 * What stays the same while a service runs. All times are in milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings {
  /** Decides every random choice. */
  readonly seed: string | number
  /** Multiplies how long tasks take; 0 finishes them at once. */
  readonly timeScale: number
  /** How long results stay readable, and a taskUUID stays taken. */
  readonly retention: number
  /** How long a session keeps frames that found no socket. */
  readonly replayWindow: number
  /** The most tasks that one request may hold. */
  readonly maxTasks: number
  /** When the service started, in milliseconds since 1970: its keys are as old. */
  readonly startedAt: number
  /** Models, by AIR or slug, that the accounts call their favorites: the service has no task that says so. */
  readonly favoriteModels: ReadonlyArray<string>
}

/**
 * A medium that can be fetched and named in tasks, until it expires or is deleted: an output that is drawn when somebody
 * asks for it, or a file that a client brought.
 *
 * @since 0.1.0
 * @category models
 */
export type StoredMedia = {
  /** The key of the account. */
  readonly owner: string
  readonly expiresAt: number
} & (
  | { readonly _tag: "Drawn"; readonly description: MediaDescription }
  /** `lifetime` is how long it is kept after its last use. */
  | { readonly _tag: "Brought"; readonly file: MediaFile; readonly lifetime: number }
)

/**
 * A medium on its way in, and the task that brings it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Intake {
  readonly taskUUID: string
  readonly kind: IntakeKind
  readonly exchange: string
  readonly slot: number
}

/**
 * A WebSocket session: what outlives its sockets.
 *
 * @since 0.1.0
 * @category models
 */
export interface Session {
  readonly apiKey: string
  readonly socketId: string | undefined
  /** When the last socket went away. */
  readonly detachedAt: number
  /** Frames that found no socket, with the time at which each is forgotten. */
  readonly undelivered: ReadonlyArray<{ readonly payload: unknown; readonly expiresAt: number }>
}

/**
 * One open socket.
 *
 * @since 0.1.0
 * @category models
 */
export interface Socket {
  readonly sessionUUID: string | undefined
  readonly lastInbound: number
  readonly dryRun: boolean
}

/**
 * The reply to one task of a request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reply {
  readonly data: ReadonlyArray<WireItem>
  readonly errors: ReadonlyArray<WireError>
  /** The HTTP status of a reply that holds nothing but this. */
  readonly status: number
}

/**
 * A request, HTTP or frame, whose tasks are not all answered yet.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange {
  readonly origin:
    | {
        readonly _tag: "Http"
        readonly requestId: string
        /** How the stream goes that it asks for, if it asks for one. */
        readonly stream: StreamSwitches | undefined
      }
    | { readonly _tag: "Session"; readonly sessionUUID: string }
  readonly replies: ReadonlyArray<Reply | undefined>
}

/**
 * A text stream that is being sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenStream {
  readonly parts: ReadonlyArray<StreamPart>
  /** How many of them are sent. */
  readonly sent: number
  readonly startedAt: number
  readonly endsAt: number
}

/**
 * The body of what the service sends by itself: JSON is posted, the bytes of media are put.
 *
 * @since 0.1.0
 * @category models
 */
export type OutboundBody =
  | { readonly _tag: "Json"; readonly payload: unknown }
  | { readonly _tag: "Media"; readonly media: MediaDescription }

/**
 * A webhook or an upload that its receiver has not taken yet.
 *
 * @since 0.1.0
 * @category models
 */
export interface Outbound {
  readonly url: string
  readonly body: OutboundBody
  /** How often it was sent. */
  readonly attempts: number
}

/**
 * Counts since the service started.
 *
 * @since 0.1.0
 * @category models
 */
export interface Totals {
  readonly tasksAccepted: number
  readonly tasksBilled: number
  /** Millionths of a US dollar. */
  readonly amountBilled: number
  /** Webhooks and uploads that were taken. */
  readonly delivered: number
  /** Webhooks and uploads that were given up. */
  readonly undelivered: number
}

/**
 * What the service has promised itself to do.
 *
 * @since 0.1.0
 * @category models
 */
export type Appointment =
  | { readonly _tag: "Complete"; readonly taskUUID: string; readonly index: number }
  | { readonly _tag: "StreamOn"; readonly requestId: string }
  | { readonly _tag: "SendAgain"; readonly id: string }
  | { readonly _tag: "ForgetTask"; readonly taskUUID: string }
  | { readonly _tag: "AdvanceUpload"; readonly taskUUID: string }
  | { readonly _tag: "ForgetAnswer"; readonly taskUUID: string }
  | { readonly _tag: "ForgetUtility"; readonly taskUUID: string }
  | { readonly _tag: "ForgetSession"; readonly sessionUUID: string }
  | { readonly _tag: "CheckIdle"; readonly socketId: string }
  | { readonly _tag: "CloseSocket"; readonly socketId: string; readonly code: number; readonly reason: string }

/**
 * The state.
 *
 * @since 0.1.0
 * @category models
 */
export interface State {
  readonly settings: Settings
  readonly switches: Switches
  /** The service's own address, once it has one. */
  readonly origin: string | undefined
  readonly accounts: HashMap.HashMap<string, Account>
  readonly tasks: HashMap.HashMap<string, TaskRecord>
  readonly utilities: HashMap.HashMap<string, UtilityRecord>
  /** By taskUUID, besides those that tasks and utilities remember themselves. */
  readonly answers: HashMap.HashMap<string, ArchivedAnswer>
  /** By key. */
  readonly usage: HashMap.HashMap<string, Usage>
  readonly media: HashMap.HashMap<string, StoredMedia>
  /** Each by the name under which the shell was asked for it. */
  readonly intakes: HashMap.HashMap<string, Intake>
  readonly uploads: HashMap.HashMap<string, ModelUpload>
  /** By AIR. */
  readonly models: HashMap.HashMap<string, UploadedModel>
  readonly sessions: HashMap.HashMap<string, Session>
  readonly sockets: HashMap.HashMap<string, Socket>
  readonly exchanges: HashMap.HashMap<string, Exchange>
  /** By the request that each of them answers. */
  readonly streams: HashMap.HashMap<string, OpenStream>
  readonly outbound: HashMap.HashMap<string, Outbound>
  /** Of each key that has submitted under a rate limit. */
  readonly buckets: HashMap.HashMap<string, Bucket>
  readonly agenda: Agenda<Appointment>
  /** How many sessions and exchanges there have been: their names are made of it. */
  readonly counted: number
  readonly totals: Totals
}

/**
 * How a service starts.
 *
 * @since 0.1.0
 * @category models
 */
export interface InitialState extends Partial<Settings> {
  /** Each valid key, with its balance in US dollars. */
  readonly keys: Readonly<Record<string, number>>
  readonly switches?: Partial<Switches> | undefined
  /** The service's own address, where it is known from the start. */
  readonly origin?: string | undefined
}

/**
 * The state of a service that just started.
 *
 * @since 0.1.0
 * @category constructors
 */
export const initial = ({ keys, origin, switches, ...settings }: InitialState): State => ({
  settings: {
    seed: settings.seed ?? 0,
    timeScale: settings.timeScale ?? 0,
    retention: settings.retention ?? 3_600_000,
    replayWindow: settings.replayWindow ?? 120_000,
    maxTasks: settings.maxTasks ?? 100,
    startedAt: settings.startedAt ?? 0,
    favoriteModels: settings.favoriteModels ?? []
  },
  switches: { ...defaultSwitches, ...switches },
  origin,
  accounts: HashMap.fromIterable(
    Object.entries(keys).map(([key, dollars]): [string, Account] => [
      key,
      { balance: Math.round(dollars * 1_000_000), reserved: 0, billed: 0 }
    ])
  ),
  tasks: HashMap.empty(),
  utilities: HashMap.empty(),
  answers: HashMap.empty(),
  usage: HashMap.empty(),
  media: HashMap.empty(),
  intakes: HashMap.empty(),
  uploads: HashMap.empty(),
  models: HashMap.empty(),
  sessions: HashMap.empty(),
  sockets: HashMap.empty(),
  exchanges: HashMap.empty(),
  streams: HashMap.empty(),
  outbound: HashMap.empty(),
  buckets: HashMap.empty(),
  agenda: empty,
  counted: 0,
  totals: { tasksAccepted: 0, tasksBilled: 0, amountBilled: 0, delivered: 0, undelivered: 0 }
})

/**
 * The medium of an identifier, while it can be fetched.
 *
 * @since 0.1.0
 * @category queries
 */
export const storedMedia = (state: State, uuid: string, now: number): StoredMedia | undefined => {
  const stored = Option.getOrUndefined(HashMap.get(state.media, uuid))
  return stored !== undefined && now < stored.expiresAt ? stored : undefined
}
