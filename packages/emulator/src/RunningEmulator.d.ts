import { type EmulatorOptions, type EmulatorStats } from "./Emulator.ts";
import type { ScriptedResponse } from "./Script.ts";
import type { TaskRecord } from "./State.ts";
import type { Switches } from "./Switches.ts";
/**
 * An emulator that runs until it is closed.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunningEmulator extends AsyncDisposable {
    /** `http://127.0.0.1:PORT`. REST is at `/v1`, and so is WebSocket. */
    readonly url: string;
    readonly apiKey: string;
    readonly stats: () => EmulatorStats;
    /** A task as the service remembers it; `undefined` when it knows none. */
    readonly task: (taskUUID: string) => TaskRecord | undefined;
    /** Answers the next matching request by script. Scripts are used in the order in which they were given. */
    readonly respondNext: (script: ScriptedResponse) => void;
    /** Cuts every socket without a closing handshake, and says how many there were. */
    readonly dropSockets: () => number;
    /** Closes every socket with a code, and says how many there were. */
    readonly closeSockets: (code: number, reason?: string) => number;
    readonly switches: () => Switches;
    /** Changes some switches, from the next command on. */
    readonly configure: (switches: Partial<Switches>) => void;
    /** Ends the emulator and every connection to it. */
    readonly close: () => Promise<void>;
}
/**
 * Starts an emulator. Rejects with a `ListenError` when the port can't be had.
 *
 * @example
 * import { startEmulator } from "@effect-runware/emulator"
 *
 * await using emulator = await startEmulator()
 * const response = await fetch(`${emulator.url}/registry.json`)
 *
 * @since 0.1.0
 * @category constructors
 */
export declare const startEmulator: (options?: EmulatorOptions) => Promise<RunningEmulator>;
