import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { neverSent, retryAfter, rootCause } from "../src/internal/http.ts"

const now = Date.parse("2026-03-01T12:00:00Z")

describe("retryAfter", () => {
  it.each<[string | undefined, number | undefined]>([
    ["5", 5000],
    [" 0 ", 0],
    ["1.5", 1500],
    ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
    ["Sunday, 01-Mar-26 12:00:30 GMT", 30_000],
    ["Sun Mar  1 12:00:30 2026", 30_000],
    ["2026-03-01T12:00:30Z", 30_000],
    ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
    [undefined, undefined],
    ["", undefined],
    ["  ", undefined],
    ["-5", undefined],
    ["0x10", undefined],
    ["1e9", undefined],
    ["Infinity", undefined],
    ["soon, in 2099", undefined],
    ["5, 10", undefined],
    ["Sunny, with 2099 clouds", undefined]
  ])("%o is %o ms", (header, expected) => expect(retryAfter(header, now)).toBe(expected))

  it.prop("is never negative and never NaN, whatever the header says", { header: Schema.String }, ({ header }) => {
    const wait = retryAfter(header, now)
    return wait === undefined || wait >= 0
  })
})

const coded = (code: string, message = "", fields: object = {}) =>
  Object.assign(new Error(message), { code, ...fields })

describe("rootCause", () => {
  const inner = coded("ECONNRESET", "read ECONNRESET")

  it.each<[string, unknown, Error | undefined]>([
    ["is what fetch wraps", new TypeError("fetch failed", { cause: inner }), inner],
    ["is the first of several attempts", new AggregateError([inner, coded("ETIMEDOUT", "x")]), inner],
    ["lies as deep as it lies", new Error("a", { cause: new Error("b", { cause: inner }) }), inner],
    ["is in a socket's error event", { type: "error", error: inner }, inner],
    ["is the error itself where it wraps no error", inner, inner],
    ["is nothing where there is no error", "broken", undefined],
    ["is nothing where there is nothing", undefined, undefined],
    ["is nothing in an empty event", { type: "error", error: undefined }, undefined]
  ])("%s", (_, cause, expected) => expect(rootCause(cause)).toBe(expected))

  it("looks past a cause that is no error", () => {
    const outer = new Error("outer", { cause: "text" })
    expect(rootCause(outer)).toBe(outer)
  })

  it("says its code where it has no words", () =>
    expect(rootCause(coded("ECONNREFUSED"))?.message).toBe("ECONNREFUSED"))

  it("ends where causes form a circle", () => {
    const [one, two] = [new Error("one"), new Error("two")]
    one.cause = two
    two.cause = one
    expect(rootCause(one)).toBe(two)
    const event: { error?: unknown } = {}
    event.error = event
    expect(rootCause(event)).toBe(undefined)
  })
})

describe("neverSent", () => {
  it.each<[string, Error | undefined, boolean]>([
    ["a refused connection", coded("ECONNREFUSED", "connect ECONNREFUSED ::1:1", { syscall: "connect" }), true],
    ["an unknown host", coded("ENOTFOUND", "getaddrinfo ENOTFOUND x", { syscall: "getaddrinfo" }), true],
    ["an unreachable host", coded("EHOSTUNREACH", "connect EHOSTUNREACH", { syscall: "connect" }), true],
    ["a connection that took too long", coded("UND_ERR_CONNECT_TIMEOUT", "Connect Timeout Error"), true],
    ["a refused connection that only its words tell of", new Error("connect ECONNREFUSED 127.0.0.1:1"), true],
    [
      "a host that became unreachable in the middle",
      coded("EHOSTUNREACH", "read EHOSTUNREACH", { syscall: "read" }),
      false
    ],
    ["the same, told by words", new Error("write ENETUNREACH"), false],
    ["a reset", coded("ECONNRESET", "read ECONNRESET", { syscall: "read" }), false],
    ["a reset whose words name another code", coded("ECONNRESET", "after ECONNREFUSED"), false],
    ["a closed socket", coded("UND_ERR_SOCKET", "other side closed"), false],
    ["a browser's shrug", new TypeError("Failed to fetch"), false],
    ["nothing", undefined, false]
  ])("%s", (_, cause, expected) => expect(neverSent(cause)).toBe(expected))
})
