/**
 * `telemetry`, `tracing` and `dialling` for a bundle in which nobody can read spans or metrics, as that of the Promise client: its
 * build puts this in their place.
 */
import * as Effect from "effect/Effect"
import { constFalse, identity } from "effect/Function"
import type * as Dialling from "./dialling.ts"
import * as Link from "./link.ts"
import type * as Telemetry from "./telemetry.ts"
import type * as Tracing from "./tracing.ts"

export const observed: typeof Telemetry.observed = () => identity

export const preparing: typeof Telemetry.preparing = () => identity

export const countPoll: typeof Telemetry.countPoll = () => Effect.void

export const countPollIn: typeof Telemetry.countPollIn = () => {}

export const inFlight: typeof Telemetry.inFlight = identity

export const exchanging: typeof Telemetry.exchanging = identity

export const exchanged: typeof Telemetry.exchanged = (_kind, _task, exchange) => exchange

export const isTraced: typeof Tracing.isTraced = constFalse

export const traced: typeof Tracing.traced = () => identity

export const untold: typeof Tracing.untold = identity

export const run: typeof Dialling.run = Link.run
