import type { Reply, TaskRecord } from "../State.ts";
import { type Contents } from "./envelope.ts";
import { type Turn } from "./turn.ts";
/** Takes a task on: sets its price aside and promises its completion. */
export declare const accept: (turn: Turn, record: TaskRecord) => void;
/** A generation is done: it is billed, its media can be fetched, and whoever waits for it is told. */
export declare const complete: (turn: Turn, taskUUID: string, index: number) => void;
/** Forgets a task and what it made. */
export declare const forget: (turn: Turn, taskUUID: string) => void;
/** What a poll says now: everything so far, in an order that never changes. */
export declare const pollReply: (turn: Turn, record: TaskRecord) => Reply;
/** What is finished, as the archive keeps it. */
export declare const finishedContents: (record: TaskRecord, now: number) => Contents;
