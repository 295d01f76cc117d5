/** Plausible words: the answers, captions and richer prompts of the emulated text models. */
import type { WireTask } from "@effect-runware/core/Protocol";
/** A text with what it took to write it. */
export interface Composition {
    readonly text: string;
    readonly finishReason: "stop" | "length";
    readonly usage: {
        readonly promptTokens: number;
        readonly completionTokens: number;
        readonly totalTokens: number;
        readonly thinkingTokens: number;
    };
}
/** Writes the text of a task. The same task with the same seed gets the same text. */
export declare const compose: (task: WireTask, seed: number) => Composition;
