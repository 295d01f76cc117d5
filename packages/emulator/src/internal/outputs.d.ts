/** Which outputs the emulator can make for a task, and what they look like. */
import type { WireTask } from "@effect-runware/core/Protocol";
import type { MediaDescription, MediaFormat, OutputType } from "../Media.ts";
import { type Rejection } from "./rejection.ts";
/** The outputs of each media task: what they may be, the format when none is asked, and the fields that name them. */
interface OutputKind {
    readonly formats: ReadonlyArray<MediaFormat>;
    readonly motif: MediaDescription["motif"];
    /** `image` stands for `imageUUID`, `imageURL`, `imageBase64Data` and `imageDataURI`. */
    readonly prefix: "image" | "maskImage" | "guideImage" | "audio" | "file";
}
/** The kind of media that a task type yields; `undefined` for those that yield text. */
export declare const outputKind: (taskType: string) => OutputKind | undefined;
/** What the service offers and the emulator doesn't: a clear refusal instead of a fake file. */
export declare const outputLimits: (task: WireTask) => Rejection | undefined;
/** How a task wants its outputs. */
export declare const outputType: ({ outputType }: WireTask) => OutputType;
/** What one output of a media task looks like. */
export declare const describeOutput: (task: WireTask, kind: OutputKind, uuid: string, seed: number) => MediaDescription;
interface Dimensions {
    readonly width: number;
    readonly height: number;
}
/** The size asked for: in pixels, by a resolution such as `2K` or `720p`, or by scaling up a default input. */
export declare const dimensions: (task: WireTask) => Dimensions;
export {};
