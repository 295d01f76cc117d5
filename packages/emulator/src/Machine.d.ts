/**
 * The service as a pure function: `step(state, command, now)` gives the next state and what happens outside. It knows no
 * clock, no socket and no image: whoever runs it brings the time, carries the events out, and calls again when
 * {@link nextWake} says that something is due. The Node server is one such shell, a simulation under virtual time another.
 *
 * @since 0.1.0
 */
import type { Catalog } from "./Catalog.ts";
import type { Command, Event } from "./Command.ts";
import type { State } from "./State.ts";
/**
 * One step of the service.
 *
 * @since 0.1.0
 * @category models
 */
export type Step = (state: State, command: Command, now: number) => readonly [State, ReadonlyArray<Event>];
/**
 * The service that knows the models of a catalog. Whatever is due by `now` happens first, in the order of its time, then
 * the command, then whatever the command made due at once.
 *
 * @since 0.1.0
 * @category constructors
 */
export declare const makeStep: (catalog: Catalog) => Step;
/**
 * The time of the next thing the service will do by itself, if there is one.
 *
 * @since 0.1.0
 * @category queries
 */
export declare const nextWake: (state: State) => number | undefined;
