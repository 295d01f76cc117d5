import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { vi } from "vitest"
import { redact } from "../src/internal/redaction.ts"

const fresh = () => {
  vi.resetModules()
  return import("../src/internal/lateRedaction.ts")
}

const data = { apiKey: "secret", prompt: "a lighthouse ".repeat(20), steps: 20 }

describe("redaction that is loaded later", () => {
  it("is that of the core, once it is there", async () => {
    const late = await fresh()
    await Effect.runPromise(late.ready)
    assert.deepStrictEqual(late.redact(data), redact(data))
  })

  it("shows nothing before, nor where it can't be loaded", async () => {
    const late = await fresh()
    assert.deepStrictEqual(late.redact(data), {})
    vi.doMock("../src/internal/redaction.ts", () => {
      throw new Error("gone")
    })
    const broken = await fresh()
    await Effect.runPromise(broken.ready)
    vi.doUnmock("../src/internal/redaction.ts")
    assert.deepStrictEqual(broken.redact(data), {})
  })
})
