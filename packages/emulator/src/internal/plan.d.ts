/**
 * What will become of an accepted task: when each generation ends, what it costs, and what it yields. All of it follows
 * from the task, its model and the seed of the service, so it is settled at once and told as time passes.
 */
import type { WireTask } from "@effect-runware/core/Protocol";
import type { Generation } from "../State.ts";
/** What the plan depends on besides the task. */
export interface Circumstances {
    readonly seed: string | number;
    readonly timeScale: number;
    readonly now: number;
}
/** How many results a task asks for. */
export declare const expectedResults: (task: WireTask) => number;
/** The generations of a task. */
export declare const plan: (task: WireTask, circumstances: Circumstances) => ReadonlyArray<Generation>;
