/**
 * The service as a pure function: `step(state, command, now)` gives the next state and what happens outside. It knows no
 * clock, no socket and no image: whoever runs it brings the time, carries the events out, and calls again when
 * {@link nextWake} says that something is due. The Node server is one such shell, a simulation under virtual time another.
 *
 * @since 0.1.0
 */
import type { Catalog } from "./Catalog.ts"
import type { Command, Event } from "./Command.ts"
import * as Agenda from "./internal/agenda.ts"
import { forgetAnswer } from "./internal/archive.ts"
import { handleHttp } from "./internal/http.ts"
import * as Outbound from "./internal/outbound.ts"
import * as MediaStorage from "./internal/utilities/mediaStorage.ts"
import * as ModelUploads from "./internal/utilities/modelUpload.ts"
import * as Sessions from "./internal/sessions.ts"
import * as Streams from "./internal/streams.ts"
import * as Tasks from "./internal/tasks.ts"
import { drop, update, type Turn } from "./internal/turn.ts"
import type { Appointment, State } from "./State.ts"

/**
 * One step of the service.
 *
 * @since 0.1.0
 * @category models
 */
export type Step = (state: State, command: Command, now: number) => readonly [State, ReadonlyArray<Event>]

/**
 * The service that knows the models of a catalog. Whatever is due by `now` happens first, in the order of its time, then
 * the command, then whatever the command made due at once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeStep =
  (catalog: Catalog): Step =>
  (state, command, now) => {
    const turn: Turn = { state, now, catalog, events: [] }
    keepAppointments(turn)
    perform(turn, command)
    keepAppointments(turn)
    return [turn.state, turn.events]
  }

/**
 * The time of the next thing the service will do by itself, if there is one.
 *
 * @since 0.1.0
 * @category queries
 */
export const nextWake = (state: State): number | undefined => Agenda.next(state.agenda)?.at

const perform = (turn: Turn, command: Command): void => {
  switch (command._tag) {
    case "HttpRequest":
      return handleHttp(turn, command)
    case "HttpGone":
      drop(turn, "streams", command.requestId)
      return drop(turn, "exchanges", command.requestId)
    case "SocketOpened":
      return Sessions.open(turn, command.socketId, command.dryRun)
    case "FrameReceived":
      return Sessions.receive(turn, command.socketId, command.text)
    case "ControlPing":
      return Sessions.controlPing(turn, command.socketId)
    case "SocketGone":
      return Sessions.gone(turn, command.socketId)
    case "SentOutside":
      return Outbound.settle(turn, command.id, command.succeeded)
    case "MediaTaken":
      return MediaStorage.taken(turn, command.intakeId, command.outcome)
    case "DownloadChecked":
      return ModelUploads.downloadChecked(turn, command.taskUUID, command.failure)
    case "Located":
      return update(turn, { origin: command.origin })
    case "Configure":
      turn.state = { ...turn.state, switches: { ...turn.state.switches, ...command.switches } }
      return command.switches.idleTimeout === undefined ? undefined : Sessions.watchAll(turn)
    case "Tick":
      return
  }
}

const keepAppointments = (turn: Turn): void => {
  for (;;) {
    const due = Agenda.next(turn.state.agenda)
    if (due === undefined || due.at > turn.now) return
    turn.state = { ...turn.state, agenda: Agenda.rest(turn.state.agenda) }
    keep({ ...turn, now: due.at }, due.value, turn)
  }
}

/** An appointment happens at its own time, however late the step is that notices it. */
const keep = (atItsTime: Turn, appointment: Appointment, turn: Turn): void => {
  switch (appointment._tag) {
    case "Complete":
      Tasks.complete(atItsTime, appointment.taskUUID, appointment.index)
      break
    case "StreamOn":
      Streams.goOn(atItsTime, appointment.requestId)
      break
    case "SendAgain":
      Outbound.attempt(atItsTime, appointment.id)
      break
    case "ForgetTask":
      Tasks.forget(atItsTime, appointment.taskUUID)
      break
    case "AdvanceUpload":
      ModelUploads.advance(atItsTime, appointment.taskUUID)
      break
    case "ForgetAnswer":
      forgetAnswer(atItsTime, appointment.taskUUID)
      break
    case "ForgetUtility":
      drop(atItsTime, "utilities", appointment.taskUUID)
      break
    case "ForgetSession":
      Sessions.forget(atItsTime, appointment.sessionUUID)
      break
    case "CheckIdle":
      Sessions.checkIdle(atItsTime, appointment.socketId)
      break
    case "CloseSocket":
      Sessions.close(atItsTime, appointment.socketId, appointment.code, appointment.reason)
      break
  }
  turn.state = atItsTime.state
}
