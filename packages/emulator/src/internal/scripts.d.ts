/** The scripts that wait for their request, and how a scripted response is sent. */
import type { ServerResponse } from "node:http";
import type { ScriptedRequest, ScriptedResponse } from "../Script.ts";
/** Scripts in the order in which they were given. */
export interface Scripts {
    readonly add: (script: ScriptedResponse) => void;
    /** The first script that holds for a request, which is then one use shorter. */
    readonly take: (request: ScriptedRequest) => ScriptedResponse | undefined;
}
/** No script yet. */
export declare const makeScripts: () => Scripts;
/** Sends a scripted response, as badly as the script says. */
export declare const play: ({ body, failure, headers, status }: ScriptedResponse, response: ServerResponse) => void;
