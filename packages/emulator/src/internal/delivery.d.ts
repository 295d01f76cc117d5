/** Frames on their way to a client, or kept for it. */
import { type Turn } from "./turn.ts";
/** Sends a frame to a session, or keeps it until the session has a socket again. */
export declare const deliver: (turn: Turn, sessionUUID: string, payload: unknown) => void;
/** Sends a frame to a socket. */
export declare const send: (turn: Turn, socketId: string, payload: unknown) => void;
