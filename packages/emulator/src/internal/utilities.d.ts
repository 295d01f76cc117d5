/** Tasks that answer at once: polls, the archive, pings. */
import type { WireTask } from "@effect-runware/core/Protocol";
import type { Reply } from "../State.ts";
import { type Turn } from "./turn.ts";
/** Who sent a task, and where its answer goes. */
export interface Sender {
    readonly apiKey: string;
    readonly dryRun: boolean;
    readonly exchange: string;
    readonly slot: number;
    readonly transport: "rest" | "websocket";
}
/** Answers a task that is no inference. */
export declare const answerUtility: (turn: Turn, task: WireTask, sender: Sender) => Reply;
