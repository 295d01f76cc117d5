import { describe, expect, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { bundledRegistry } from "@effect-runware/schemas/registry"
import * as Effect from "effect/Effect"
import { userAgent } from "../src/internal/userAgent.ts"
import { version } from "../src/internal/version.ts"
import { format, Runtime } from "../src/UserAgent.ts"

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string
}

describe("User-Agent", () => {
  it("carries the version of the package", () => expect(version).toBe(manifest.version))

  it("names product, version, runtime and schemas", () => {
    const parts = { version: "1.2.3", runtime: "node/22.4.0; linux x64", schemas: "20260722152433" }
    const own = "effect-runware/1.2.3 (node/22.4.0; linux x64) schemas/20260722152433"
    expect(format({ ...parts, product: undefined })).toBe(own)
    expect(format({ ...parts, product: "acme-app/2.0" })).toBe(`acme-app/2.0 ${own}`)
  })

  it.effect("is sent where the runtime says its name, and only there", () =>
    Effect.gen(function* () {
      expect(yield* userAgent({ userAgent: "acme-app/2.0" })).toBe(undefined)
      expect(yield* Effect.provideService(userAgent({ userAgent: undefined }), Runtime, "bun/1.3.0")).toBe(
        `effect-runware/${manifest.version} (bun/1.3.0) schemas/${bundledRegistry().version}`
      )
    })
  )
})
