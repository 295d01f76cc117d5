/** Renders outputs when they are asked for, and keeps the latest, so that one fetched twice is drawn once. */
import type { MediaDescription } from "../../Media.ts";
/** The bytes of outputs. */
export interface Gallery {
    readonly bytes: (description: MediaDescription) => Promise<Uint8Array>;
}
/** A gallery that keeps so many outputs. */
export declare const makeGallery: (capacity: number) => Gallery;
