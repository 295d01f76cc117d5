/**
 * The picture behind a prompt: a landscape in layers, as SVG. The prompt chooses the colours, the seed the land, so that
 * two seeds of one prompt are clearly two pictures of the same thing.
 */
import type { MediaDescription } from "../../Media.ts";
/** The elements of the picture of a description, without texture and caption. */
export declare const scene: (description: MediaDescription) => string;
/** An SVG document of the given size in pixels. */
export declare const svg: (width: number, height: number, body: string) => string;
