import type { MediaDescription } from "../../Media.ts";
/** Renders a GLB. */
export declare const renderGlb: ({ prompt, seed }: MediaDescription) => Promise<Uint8Array>;
