/**
 * Directives: words in a prompt that tell the emulator what should become of the task. `[[fail:inferenceError]]` fails
 * every generation with that code, `[[fail:providerTimeout@2]]` only the second, and `[[slow:5000]]` makes each take that
 * many milliseconds (times the time scale).
 */
import type { WireTask } from "@effect-runware/core/Protocol";
/** What the prompt asks for. */
export interface Directives {
    /** The code with which a generation (counted from zero) fails, if it does. */
    readonly failureOf: (index: number) => string | undefined;
    /** Milliseconds that each generation takes, if the prompt says so. */
    readonly slow: number | undefined;
}
/** Reads the directives of a prompt. */
export declare const parseDirectives: (prompt: string) => Directives;
/** The words a task is about, wherever its task type keeps them. */
export declare const promptOf: (task: WireTask) => string;
/** The prompt without its directives, as it is drawn or answered. */
export declare const withoutDirectives: (prompt: string) => string;
