import type { MediaDescription } from "../../Media.ts";
/** The strip as SVG elements; empty for pictures too small to carry one. */
export declare const captionSvg: ({ height, model, prompt, seed, width }: MediaDescription) => string;
