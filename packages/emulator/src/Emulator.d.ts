import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import type * as Scope from "effect/Scope";
import type { ListenError } from "./ListenError.ts";
import type { RequestEntry } from "./RequestEntry.ts";
import type { ScriptedResponse } from "./Script.ts";
import { type TaskRecord } from "./State.ts";
import type { Switches } from "./Switches.ts";
/**
 * The key that every emulator knows unless told otherwise. It opens nothing else.
 *
 * @since 0.1.0
 * @category constants
 */
export declare const testApiKey = "rw_emulator_test_key";
/**
 * How to start an emulator. Everything has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface EmulatorOptions {
    /** 0, the default, takes a free port. */
    readonly port?: number | undefined;
    /** `127.0.0.1` unless stated: reachable from this machine only. */
    readonly host?: string | undefined;
    /** Multiplies how long tasks take: 1 is lifelike, 0, the default, finishes them at once. */
    readonly timeScale?: number | undefined;
    /** Decides seeds, durations and identifiers. The same seed and the same requests give the same results. */
    readonly seed?: string | number | undefined;
    /** The key of the account; {@link testApiKey} unless stated. */
    readonly apiKey?: string | undefined;
    /** US dollars on the account: 1000 unless stated. */
    readonly balance?: number | undefined;
    /** More keys, each with its balance in US dollars. */
    readonly otherKeys?: Readonly<Record<string, number>> | undefined;
    /** Milliseconds for which results stay readable: one hour unless stated. */
    readonly retention?: number | undefined;
    readonly switches?: Partial<Switches> | undefined;
    /** Told about each request that was answered. */
    readonly onRequest?: ((entry: RequestEntry) => void) | undefined;
}
/**
 * Counts since the emulator started.
 *
 * @since 0.1.0
 * @category models
 */
export interface EmulatorStats {
    /** Submissions over HTTP. */
    readonly requests: number;
    /** Frames from clients. */
    readonly frames: number;
    readonly openSockets: number;
    readonly tasksAccepted: number;
    /** Tasks of which at least one generation was paid for. */
    readonly tasksBilled: number;
    /** US dollars. */
    readonly amountBilled: number;
    /** US dollars left on the account of `apiKey`. */
    readonly balance: number;
}
/**
 * An emulator that runs.
 *
 * @since 0.1.0
 * @category models
 */
export interface EmulatorService {
    /** `http://127.0.0.1:PORT`. REST is at `/v1`, and so is WebSocket. */
    readonly url: string;
    readonly apiKey: string;
    readonly stats: Effect.Effect<EmulatorStats>;
    /** A task as the service remembers it. */
    readonly task: (taskUUID: string) => Effect.Effect<Option.Option<TaskRecord>>;
    /** Answers the next matching request by script. Scripts are used in the order in which they were given. */
    readonly respondNext: (script: ScriptedResponse) => Effect.Effect<void>;
    /** Cuts every socket without a closing handshake, and says how many there were. */
    readonly dropSockets: Effect.Effect<number>;
    /** Closes every socket with a code, and says how many there were. */
    readonly closeSockets: (code: number, reason?: string) => Effect.Effect<number>;
    readonly switches: Effect.Effect<Switches>;
    /** Changes some switches, from the next command on. */
    readonly configure: (switches: Partial<Switches>) => Effect.Effect<void>;
}
declare const Emulator_base: Context.ServiceClass<Emulator, "@effect-runware/emulator/Emulator", EmulatorService>;
/**
 * The emulator as a service.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Emulator from "@effect-runware/emulator/Emulator"
 *
 * const program = Effect.gen(function* () {
 *   const { apiKey, url } = yield* Emulator.Emulator
 *   console.log(url, apiKey)
 * }).pipe(Effect.provide(Emulator.layer({ timeScale: 0.1 })))
 *
 * @since 0.1.0
 * @category services
 */
export declare class Emulator extends Emulator_base {
}
/**
 * Starts an emulator that ends with the scope, open sockets or not.
 *
 * @since 0.1.0
 * @category constructors
 */
export declare const make: (options?: EmulatorOptions) => Effect.Effect<EmulatorService, ListenError, Scope.Scope>;
/**
 * An emulator for as long as the layer lives.
 *
 * @since 0.1.0
 * @category layers
 */
export declare const layer: (options?: EmulatorOptions) => Layer.Layer<Emulator, ListenError>;
export {};
