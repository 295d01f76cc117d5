import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { afterEach, describe, expect, it, vi } from "vitest"
import * as Bundled from "../src/internal/bundled/configProvider.ts"

afterEach(() => vi.unstubAllEnvs())

describe("the environment of the bundle", () => {
  it.each(["RUNWARE_API_KEY", "RUNWARE_BASE_URL", "RUNWARE_NONE"])("has what Effect's has: %s", async (name) => {
    vi.stubEnv("RUNWARE_API_KEY", "a-key")
    vi.stubEnv("RUNWARE_BASE_URL", "")
    vi.stubEnv("RUNWARE_NONE", undefined)
    const effect = ConfigProvider.fromEnv()
    const bundled = Bundled.fromEnv()
    // Neither sees what changes later.
    vi.stubEnv(name, "later")
    const found = await Effect.runPromise(Effect.map(effect.load([name]), (node) => node?.value))
    expect(await Effect.runPromise(Effect.map(bundled.load([name]), (node) => node?.value))).toBe(found)
    expect(found).toBe(name === "RUNWARE_API_KEY" ? "a-key" : undefined)
  })
})
