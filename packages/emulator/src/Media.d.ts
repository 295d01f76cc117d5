/**
 * Media as descriptions. The state of the service holds no bytes: it holds what an output looks like, and whoever
 * delivers the output renders it then. The same description always gives the same bytes.
 *
 * @since 0.1.0
 */
/**
 * The formats that the emulator can really encode.
 *
 * @since 0.1.0
 * @category models
 */
export type MediaFormat = "JPG" | "PNG" | "WEBP" | "SVG" | "WAV" | "GLB";
/**
 * Everything that decides the bytes of one output.
 *
 * @since 0.1.0
 * @category models
 */
export interface MediaDescription {
    readonly uuid: string;
    readonly format: MediaFormat;
    /** What is drawn: a picture, a mask, the lines of a control image, or a picture with its background cut away. */
    readonly motif: "picture" | "mask" | "lines" | "cutout";
    /** Pixels. Zero where the format has none. */
    readonly width: number;
    readonly height: number;
    /** 20 to 99, for the lossy formats. */
    readonly quality: number;
    /** Seconds. Zero where the format has none. */
    readonly duration: number;
    readonly prompt: string;
    readonly seed: number;
    readonly model: string;
}
/**
 * How an output reaches the caller.
 *
 * @since 0.1.0
 * @category models
 */
export type OutputType = "URL" | "base64Data" | "dataURI";
/**
 * Stands in a reply for the address or the bytes of one output, until the reply is written. A class and not a tagged
 * object, so that nothing a client sends can be taken for one.
 *
 * @since 0.1.0
 * @category models
 */
export declare class MediaOutput {
    readonly description: MediaDescription;
    readonly as: OutputType;
    constructor(description: MediaDescription, as: OutputType);
}
/**
 * The content type of each format.
 *
 * @since 0.1.0
 * @category constants
 */
export declare const contentTypes: Readonly<Record<MediaFormat, string>>;
/**
 * Where an output is served, below the service's own address.
 *
 * @since 0.1.0
 * @category paths
 */
export declare const mediaPath: (description: MediaDescription) => string;
/**
 * Writes a reply as JSON, with the address or the bytes of each output in place of its description. `bytes` is asked
 * only for outputs that travel inside the reply.
 *
 * @since 0.1.0
 * @category encoding
 */
export declare const encodeReply: (payload: unknown, origin: string, base64: (description: MediaDescription) => Promise<string>) => Promise<string>;
