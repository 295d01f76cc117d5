/** The days that a question about usage is about, in the time zone in which they are meant. */
import type { WireTask } from "@effect-runware/core/Protocol"
import { reject, type Rejection } from "../rejection.ts"

/** Some days in a row. */
export interface Period {
  /** Each as `2026-07-01`. */
  readonly days: readonly [string, ...ReadonlyArray<string>]
  readonly startDate: string
  readonly endDate: string
  /** The day of a time. */
  readonly dayOf: (time: number) => string
}

/** How far apart the ends may be, in days. */
const longest = 30

/** The period of a task: the last 30 days, in UTC, where it doesn't say. */
export const periodOf = (task: WireTask, now: number): Period | Rejection => {
  const dayOf = daysIn(task["timezone"])
  if (typeof dayOf !== "function") return dayOf
  const today = dayOf(now)
  const [start, end] = [task["startDate"], task["endDate"]]
  for (const [parameter, value] of Object.entries({ startDate: start, endDate: end })) {
    if (value !== undefined && !isDate(value))
      return invalid(parameter, "must be a day of the calendar, as 2026-07-01.")
  }
  const endDate = isDate(end) ? end : isDate(start) ? earlier(later(start, today), shifted(start, longest)) : today
  const startDate = isDate(start) ? start : shifted(endDate, 1 - longest)
  if (endDate < startDate) return invalid("endDate", `must not be before startDate, which is ${startDate}.`)
  if (shifted(startDate, longest) < endDate) {
    return invalid("endDate", `must be at most ${longest} days after startDate, which is ${startDate}.`, {
      max: shifted(startDate, longest)
    })
  }
  const more: Array<string> = []
  for (let day = startDate; day < endDate; more.push(day)) day = shifted(day, 1)
  return { days: [startDate, ...more], startDate, endDate, dayOf }
}

/** Which day a time belongs to, in a time zone. */
export const daysIn = (timezone: unknown): ((time: number) => string) | Rejection => {
  const rule = "must be the name of a time zone, such as Europe/Berlin."
  if (timezone !== undefined && typeof timezone !== "string") return invalid("timezone", rule)
  try {
    const format = new Intl.DateTimeFormat("en-CA", {
      timeZone: timezone ?? "UTC",
      year: "numeric",
      month: "2-digit",
      day: "2-digit"
    })
    return (time) => format.format(time)
  } catch {
    return invalid("timezone", rule)
  }
}

/** A day so many days later. */
export const shifted = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** February has no 30th, although `Date` takes it for a day in March. */
const isDate = (value: unknown): value is string =>
  typeof value === "string" &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) &&
  shifted(value, 0) === value

const earlier = (one: string, other: string): string => (one < other ? one : other)
const later = (one: string, other: string): string => (one > other ? one : other)

const invalid = (parameter: string, rule: string, more: Readonly<Record<string, unknown>> = {}): Rejection =>
  reject(400, `invalid${parameter.charAt(0).toUpperCase()}${parameter.slice(1)}`, `'${parameter}' ${rule}`, {
    parameter,
    type: "string",
    ...more
  })
