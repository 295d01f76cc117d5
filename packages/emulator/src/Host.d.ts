import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { Command, Event } from "./Command.ts";
import { type Step } from "./Machine.ts";
import type { State } from "./State.ts";
/**
 * A service that runs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Host {
    /** Takes a command; the events it causes are performed before this returns. */
    readonly dispatch: (command: Command) => void;
    readonly state: () => State;
}
/**
 * Starts a service. It stops waking up when the scope closes.
 *
 * @since 0.1.0
 * @category constructors
 */
export declare const make: (options: {
    readonly step: Step;
    readonly initial: State;
    readonly perform: (event: Event) => void;
}) => Effect.Effect<Host, never, Scope.Scope>;
