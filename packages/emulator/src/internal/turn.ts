/**
 * One step while it is being taken: the state so far and the events so far. It is the only thing that changes, and it
 * does not outlive the step, so that the step as a whole stays a pure function.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Catalog } from "../Catalog.ts"
import type { Event } from "../Command.ts"
import type { Appointment, State } from "../State.ts"
import * as Agenda from "./agenda.ts"

/** The step in progress. */
export interface Turn {
  state: State
  readonly now: number
  readonly catalog: Catalog
  readonly events: Array<Event>
}

/** Replaces parts of the state. */
export const update = (turn: Turn, changes: Partial<State>): void => {
  turn.state = { ...turn.state, ...changes }
}

/** Promises something for a later time, or for the end of this step. */
export const schedule = (turn: Turn, at: number, appointment: Appointment): void =>
  update(turn, { agenda: Agenda.add(turn.state.agenda, at, appointment) })

type Collection =
  | "accounts"
  | "tasks"
  | "utilities"
  | "answers"
  | "usage"
  | "media"
  | "intakes"
  | "uploads"
  | "models"
  | "sessions"
  | "sockets"
  | "exchanges"
  | "streams"
  | "outbound"
  | "buckets"
type Entry<C extends Collection> = State[C] extends HashMap.HashMap<string, infer A> ? A : never

/** The entry of a collection, if it is there. */
export const lookup = <A>(collection: HashMap.HashMap<string, A>, key: string): A | undefined =>
  Option.getOrUndefined(HashMap.get(collection, key))

/** Adds or replaces an entry. */
export const put = <C extends Collection>(turn: Turn, collection: C, key: string, entry: Entry<C>): void => {
  // The compiler does not see that the collection named C holds entries of C.
  const entries = turn.state[collection] as HashMap.HashMap<string, Entry<C>>
  update(turn, { [collection]: HashMap.set(entries, key, entry) })
}

/** Removes an entry. */
export const drop = (turn: Turn, collection: Collection, key: string): void => {
  const entries: HashMap.HashMap<string, unknown> = turn.state[collection]
  update(turn, { [collection]: HashMap.remove(entries, key) })
}

/** A number that no session or exchange had before. */
export const count = (turn: Turn): number => {
  update(turn, { counted: turn.state.counted + 1 })
  return turn.state.counted
}
