import type { MediaDescription } from "../../Media.ts";
/** Renders a PNG, JPG or WEBP. */
export declare const renderRaster: (description: MediaDescription) => Promise<Uint8Array>;
