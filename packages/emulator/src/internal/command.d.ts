import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Command from "effect/cli/Command";
import type { RequestEntry } from "../RequestEntry.ts";
/** The command. It runs until it is interrupted. */
export declare const command: Command.Command<"runware-emulator", {
    readonly port: number;
    readonly host: string;
    readonly timeScale: number;
    readonly seed: string;
    readonly apiKey: Option.Option<Redacted.Redacted<string>>;
    readonly balance: number;
}, {}, import("../ListenError.ts").ListenError, never>;
/** One request, as a line. */
export declare const logLine: ({ method, milliseconds, path, status, taskTypes }: RequestEntry) => string;
