/**
 * What goes wrong in a simulation, when its plan says so, and what each of it is called.
 */
import type { Fault, Faults, SimulatedService } from "@effect-runware/testing"
import * as Effect from "effect/Effect"
import type { PlannedFault } from "./FaultPlan.ts"
import type { Incident } from "./Plan.ts"
import type { Watch } from "./Watch.ts"

/** A fault kind or an incident, and the protocol step it struck. */
export type Struck = readonly [kind: string, step: string]

/** Faults that strike as their plan says. */
export const faultsOf = (planned: ReadonlyArray<PlannedFault>): Faults => {
  const left = planned.map(({ times }) => times)
  return ({ at, step }) => {
    for (const [index, { fault, from, step: where, until }] of planned.entries()) {
      const times = left[index] ?? 0
      if (times <= 0 || at < from || at >= until || (where !== undefined && where !== step)) continue
      left[index] = times - 1
      return fault
    }
    return undefined
  }
}

/** An incident, at its time. */
export const happen = (incident: Incident, service: SimulatedService.Controls, watch: Watch): Effect.Effect<void> => {
  const after = Effect.sleep(incident.at)
  switch (incident._tag) {
    case "Restart":
      return Effect.andThen(after, service.restart(incident))
    case "ClockJump":
      return Effect.andThen(
        after,
        Effect.sync(() => void (watch.skew = incident.millis))
      )
    case "KeyRevoked":
      return after.pipe(
        Effect.andThen(service.setKeyValid(false)),
        Effect.andThen(Effect.sleep(incident.millis)),
        Effect.andThen(service.setKeyValid(true))
      )
  }
}

/** The kind of a fault, as the coverage table names it. */
export const kindOf = (fault: Fault): string => {
  switch (fault._tag) {
    case "Reset":
      return `reset ${fault.when}`
    case "Status":
      return `HTTP ${fault.status}${fault.retryAfter === undefined ? "" : ", Retry-After"}${fault.body === undefined ? ", HTML" : ""}`
    case "Truncate":
      return fault.broken ? "truncated, broken" : "truncated"
    case "Stray":
      return fault.taskUUID === undefined ? "stray error, no UUID" : "stray error, unknown UUID"
    case "HalfOpen":
      return "half-open"
    case "Delay":
    case "Drop":
    case "Duplicate":
    case "Refuse":
    case "Reorder":
    case "Split":
      return fault._tag.toLowerCase()
  }
}

/** The same of an incident. */
export const kindOfIncident = (incident: Incident): string => {
  if (incident._tag === "KeyRevoked") return "key revoked"
  if (incident._tag === "ClockJump") return incident.millis > 0 ? "clock jumps ahead" : "clock jumps back"
  return incident.keepTasks ? "restart with tasks" : "restart without tasks"
}
