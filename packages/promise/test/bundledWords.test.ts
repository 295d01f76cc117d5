import leven from "leven"
import * as Uuid from "uuid"
import { afterEach, describe, expect, it, vi } from "vitest"
import bundledLeven from "../src/internal/bundled/leven.ts"
import * as bundledUuid from "../src/internal/bundled/uuid.ts"

afterEach(() => {
  vi.unstubAllGlobals()
})

describe("UUIDs of the bundle", () => {
  const minted = (): string => {
    const uuid = bundledUuid.v4()
    expect([uuid, Uuid.validate(uuid), Uuid.version(uuid)]).toEqual([uuid, true, 4])
    return uuid
  }

  it("are of version 4, and no two the same", () => {
    expect(new Set(Array.from({ length: 500 }, minted)).size).toBe(500)
  })

  it("are so where there is no `randomUUID`, and hold every digit wherever it may be", () => {
    const { crypto } = globalThis
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) })
    const all = Array.from({ length: 1000 }, minted)
    expect(new Set(all).size).toBe(1000)
    const digits = Array.from({ length: 36 }, (_, at) => new Set(all.map((uuid) => uuid.charAt(at))).size)
    expect(digits).toEqual([..."00000000-0000-4000-8000-000000000000"].map((one) => ({ 0: 16, 8: 4 })[one] ?? 1))
  })

  it("are told from other texts as `uuid` does", () => {
    const valid = Array.from({ length: 16 }, (_, digit) => `6c48688b-c3b4-${digit.toString(16)}5f6-958d-cabd972348fd`)
    const variants = Array.from(
      { length: 16 },
      (_, digit) => `6c48688b-c3b4-45f6-${digit.toString(16)}58d-cabd972348fd`
    )
    const others = [
      Uuid.NIL,
      Uuid.MAX,
      Uuid.MAX.toUpperCase(),
      "",
      "x",
      `${Uuid.NIL}0`,
      "6c48688bc3b445f6958dcabd972348fd"
    ]
    for (const text of [...valid, ...variants, ...variants.map((one) => one.toUpperCase()), ...others]) {
      expect([text, bundledUuid.validate(text)]).toEqual([text, Uuid.validate(text)])
      if (Uuid.validate(text)) expect([text, bundledUuid.version(text)]).toEqual([text, Uuid.version(text)])
    }
  })
})

describe("the distance of words in the bundle", () => {
  it("is that of `leven`", () => {
    const words = [
      "",
      "a",
      "ab",
      "ba",
      "kitten",
      "sitting",
      "timeout",
      "tiemout",
      "transpot",
      "transport",
      "runware:101@1",
      "🌊",
      "🌋",
      "maxRetries",
      "maxRetryDelay"
    ]
    for (const one of words) {
      for (const other of words) expect([one, other, bundledLeven(one, other)]).toEqual([one, other, leven(one, other)])
    }
  })
})
