import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { wakeAfter } from "../src/internal/bundled/sleeping.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it("wakes once, when the time has passed", () => {
  const wake = vi.fn()
  wakeAfter(undefined, 100, wake)
  vi.advanceTimersByTime(99)
  expect(wake).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1000)
  expect(wake).toHaveBeenCalledTimes(1)
})

it("wakes nobody once it is called off, and leaves no timer", () => {
  const wake = vi.fn()
  wakeAfter(undefined, 100, wake)()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(1000)
  expect(wake).not.toHaveBeenCalled()
})

it("wakes as late as a timer can, and not at once, where the time is longer than that", () => {
  const wake = vi.fn()
  wakeAfter(undefined, 2 ** 40, wake)
  vi.advanceTimersByTime(2 ** 31 - 2)
  expect(wake).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(wake).toHaveBeenCalledTimes(1)
})
