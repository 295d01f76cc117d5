import { type Turn } from "./turn.ts";
/** A socket was opened. */
export declare const open: (turn: Turn, socketId: string, dryRun: boolean) => void;
/** A frame came in. */
export declare const receive: (turn: Turn, socketId: string, text: string) => void;
/** A ping of the WebSocket protocol came in. */
export declare const controlPing: (turn: Turn, socketId: string) => void;
/** A socket went away; its session waits for another. */
export declare const gone: (turn: Turn, socketId: string) => void;
/** Ends a socket from this side. */
export declare const close: (turn: Turn, socketId: string, code: number, reason: string) => void;
/** Ends a socket that has been silent for too long, or looks again when it could have been. */
export declare const checkIdle: (turn: Turn, socketId: string) => void;
/** Forgets a session that nobody resumed in time. */
export declare const forget: (turn: Turn, sessionUUID: string) => void;
