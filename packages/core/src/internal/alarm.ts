/**
 * Alarms: what is to happen at a time unless it is called off first, which nearly all of it is. All who wait by one clock share
 * one sleeper, so that a deadline costs a place in a queue, and no fiber and no timer of its own.
 */
import * as Clock from "effect/Clock"
import type * as Fiber from "effect/Fiber"
import TinyQueue from "tinyqueue"
import { wakeAfter } from "./sleeping.ts"

/** One alarm; it rings at most once. */
export interface Alarm {
  readonly cancel: () => void
}

class Entry implements Alarm {
  readonly #alarms: Alarms
  readonly time: number
  ring: (() => void) | undefined

  constructor(alarms: Alarms, time: number, ring: () => void) {
    this.#alarms = alarms
    this.time = time
    this.ring = ring
  }

  cancel(): void {
    this.#alarms.cancel(this)
  }
}

/** Milliseconds that no clock tells apart: what is due in less is due. */
const instant = 0.001

/** Milliseconds that pass before an alarm rings, at least: who sets another one when it rings must not do so for ever. */
const shortest = 0.01

/** Entries called off that the queue may hold beside as many that are not. */
const slack = 64

const never: Alarm = { cancel: () => {} }

/** The alarms of one clock. */
export class Alarms {
  readonly clock: Clock.Clock
  #queue = newQueue()
  #live = 0
  #sleeper: { readonly until: number; readonly callOff: () => void } | undefined

  constructor(clock: Clock.Clock) {
    this.clock = clock
  }

  /** Milliseconds since some moment. */
  now(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1_000_000
  }

  /** Rings when so many milliseconds have passed. */
  after(millis: number, ring: () => void, now: number = this.now()): Alarm {
    if (millis === Infinity) return never
    const entry = new Entry(this, now + Math.max(shortest, millis), ring)
    this.#queue.push(entry)
    this.#live++
    if (this.#sleeper === undefined || entry.time < this.#sleeper.until) this.#sleep()
    return entry
  }

  /** Calls an alarm of these off. */
  cancel(entry: Entry): void {
    if (entry.ring === undefined) return
    entry.ring = undefined
    this.#live--
    if (this.#queue.length <= 2 * this.#live + slack && this.#live > 0) return
    this.#queue = newQueue(this.#queue.data.filter(({ ring }) => ring !== undefined))
    if (this.#live === 0) this.#wake()
  }

  #sleep(): void {
    this.#wake()
    for (let first = this.#queue.peek(); first !== undefined && first.ring === undefined; first = this.#queue.peek())
      this.#queue.pop()
    const first = this.#queue.peek()
    if (first === undefined) return
    const pause = Math.max(instant, first.time - this.now())
    this.#sleeper = { until: first.time, callOff: wakeAfter(this.clock, pause, () => this.#ring()) }
  }

  #wake(): void {
    const sleeper = this.#sleeper
    this.#sleeper = undefined
    sleeper?.callOff()
  }

  #ring(): void {
    this.#sleeper = undefined
    const now = this.now()
    for (let first = this.#queue.peek(); first !== undefined; first = this.#queue.peek()) {
      if (first.ring !== undefined && first.time > now + instant) break
      this.#queue.pop()
      const { ring } = first
      if (ring === undefined) continue
      first.ring = undefined
      this.#live--
      ring()
    }
    if (this.#live > 0 && this.#sleeper === undefined) this.#sleep()
  }
}

const newQueue = (entries: Array<Entry> = []) => new TinyQueue(entries, (one, other) => one.time - other.time)

const byClock = new WeakMap<Clock.Clock, Alarms>()

/** The alarms of a fiber's clock. */
export const alarmsOf = (fiber: Fiber.Fiber<unknown, unknown>): Alarms => {
  const clock = fiber.getRef(Clock.Clock)
  const known = byClock.get(clock)
  if (known !== undefined) return known
  const made = new Alarms(clock)
  byClock.set(clock, made)
  return made
}
