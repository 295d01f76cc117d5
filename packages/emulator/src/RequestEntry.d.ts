/**
 * What the server says about each request it answered.
 *
 * @since 0.1.0
 */
/**
 * One request or frame. It holds no header, no query and no body, so no key either.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestEntry {
    /** The HTTP method, or `FRAME` for what came over a WebSocket. */
    readonly method: string;
    readonly path: string;
    /** The HTTP status; 0 for a frame, which has none. */
    readonly status: number;
    readonly milliseconds: number;
    /** The task types of the body. */
    readonly taskTypes: ReadonlyArray<string>;
}
