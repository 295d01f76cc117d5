/**
 * One step while it is being taken: the state so far and the events so far. It is the only thing that changes, and it
 * does not outlive the step, so that the step as a whole stays a pure function.
 */
import * as HashMap from "effect/HashMap";
import type { Catalog } from "../Catalog.ts";
import type { Event } from "../Command.ts";
import type { Appointment, State } from "../State.ts";
/** The step in progress. */
export interface Turn {
    state: State;
    readonly now: number;
    readonly catalog: Catalog;
    readonly events: Array<Event>;
}
/** Replaces parts of the state. */
export declare const update: (turn: Turn, changes: Partial<State>) => void;
/** Promises something for a later time, or for the end of this step. */
export declare const schedule: (turn: Turn, at: number, appointment: Appointment) => void;
type Collection = "accounts" | "tasks" | "media" | "sessions" | "sockets" | "exchanges";
type Entry<C extends Collection> = State[C] extends HashMap.HashMap<string, infer A> ? A : never;
/** The entry of a collection, if it is there. */
export declare const lookup: <A>(collection: HashMap.HashMap<string, A>, key: string) => A | undefined;
/** Adds or replaces an entry. */
export declare const put: <C extends Collection>(turn: Turn, collection: C, key: string, entry: Entry<C>) => void;
/** Removes an entry. */
export declare const drop: (turn: Turn, collection: Collection, key: string) => void;
/** A number that no session or exchange had before. */
export declare const count: (turn: Turn) => number;
export {};
