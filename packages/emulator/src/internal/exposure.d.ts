/** How the server of requests and the server of sockets reach the machine and the outside. */
import type { Command } from "../Command.ts";
import type { RequestEntry } from "../RequestEntry.ts";
import type { WireTask } from "@effect-runware/core/Protocol";
/** What both need. */
export interface Exposure {
    readonly dispatch: (command: Command) => void;
    /** A reply as JSON, with its media in place. */
    readonly encode: (payload: unknown) => Promise<string>;
    readonly onRequest: (entry: RequestEntry) => void;
}
/** The one path of the inference endpoint. */
export declare const inferencePath = "/v1";
/** The largest request body, and the largest frame. */
export declare const maxBytes: number;
/** The tasks in a body, as far as it holds any. */
export declare const tasksOf: (body: unknown) => ReadonlyArray<WireTask>;
/** Whether a request asks for prices only. */
export declare const isDryRun: (header: string | ReadonlyArray<string> | undefined, query: URLSearchParams) => boolean;
/** The address of a request; that of the root where a client sent something else. */
export declare const urlOf: (target: string | undefined) => URL;
