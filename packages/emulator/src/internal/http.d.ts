import { type Turn } from "./turn.ts";
/** Handles the request; the reply comes now or when its results are there. */
export declare const handleHttp: (turn: Turn, request: {
    readonly requestId: string;
    readonly authorization: string | undefined;
    readonly body: string;
    readonly dryRun: boolean;
}) => void;
