/** Sound as a file: a short phrase of soft tones, as 16-bit mono PCM in a WAV container. */
import type { MediaDescription } from "../../Media.ts";
/** Renders a WAV. */
export declare const renderWav: ({ duration, prompt, seed }: MediaDescription) => Uint8Array;
