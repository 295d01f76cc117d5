import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Event } from "../Command.ts";
import { type Exposure } from "./exposure.ts";
/** Serves sockets. */
export interface Sockets {
    readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
    readonly perform: (event: Exclude<Event, {
        readonly _tag: "HttpReply";
    }>) => void;
    /** Cuts every connection without a closing handshake, and says how many there were. */
    readonly drop: () => number;
    /** Closes every connection with a code, and says how many there were. */
    readonly close: (code: number, reason: string) => number;
    readonly open: () => number;
    /** How many frames came in. */
    readonly frames: () => number;
}
/** The WebSocket side. */
export declare const makeSockets: ({ dispatch, encode, onRequest }: Exposure) => Sockets;
