/**
 * Requests and their replies. A request holds several tasks; some are answered at once, some when their results are
 * there. Over HTTP one body answers them all; on a session each may come in a frame of its own.
 */
import type { Exchange, Reply } from "../State.ts";
import { type Contents } from "./envelope.ts";
import { type Rejection } from "./rejection.ts";
import { type Turn } from "./turn.ts";
/** The reply that refuses a task. */
export declare const refusal: (...rejections: readonly [Rejection, ...ReadonlyArray<Rejection>]) => Reply;
/** Starts a request of so many tasks. */
export declare const begin: (turn: Turn, id: string, origin: Exchange["origin"], tasks: number) => void;
/**
 * Answers one task of a request, and the whole request with it when it was the last. `told` says that the client got
 * the contents before, item by item.
 */
export declare const answer: (turn: Turn, id: string, slot: number, reply: Reply, told?: boolean) => void;
/** Tells the client of an unfinished task about one item, where items travel one by one. */
export declare const announce: (turn: Turn, id: string, contents: Contents) => boolean;
/** Refuses a whole HTTP request. */
export declare const respondRefused: (turn: Turn, requestId: string, rejection: Rejection) => void;
/** What is wrong with the array of tasks as such, if anything. */
export declare const arrayRejection: (tasks: unknown, maximum: number) => Rejection | undefined;
