/** The HTTP side of the server: submissions, documents, scripted faults. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Event } from "../Command.ts";
import { type Documents } from "./documents.ts";
import { type Exposure } from "./exposure.ts";
import { type Scripts } from "./scripts.ts";
/** Answers requests. */
export interface Requests {
    readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
    readonly reply: (event: Extract<Event, {
        readonly _tag: "HttpReply";
    }>) => void;
    /** How many submissions came in. */
    readonly count: () => number;
}
/** The HTTP side. */
export declare const makeRequests: (exposure: Exposure, documents: Documents, scripts: Scripts) => Requests;
