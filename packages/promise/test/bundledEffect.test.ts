import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Effects from "effect/Pipeable"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { partsOf, unasked } from "../build/parts.ts"
import * as Contexts from "../src/internal/bundled/effect/Context.ts"
import * as InternalCore from "../src/internal/bundled/effect/internal/core.ts"
import * as InternalEffect from "../src/internal/bundled/effect/internal/effect.ts"
import * as Pipeable from "../src/internal/bundled/effect/Pipeable.ts"
import * as Utils from "../src/internal/bundled/effect/Utils.ts"

const effect = dirname(fileURLToPath(import.meta.resolve("effect/Effect")))
const replacements = fileURLToPath(new URL("../src/internal/bundled/effect", import.meta.url))

const modules = readdirSync(effect, { recursive: true, encoding: "utf8" })
  .filter((path) => /^(?:internal\/)?\w+\.js$/.test(path))
  .map((path) => path.replace(/\.js$/, ""))

describe("the parts of Effect in the bundle", () => {
  const read = (module: string) => readFileSync(join(effect, `${module}.js`), "utf8")
  const kept = (module: string) => partsOf(module, read(module), replacements)

  it("stand where they stood, so that source maps lead to them", () => {
    expect(modules.length).toBeGreaterThan(100)
    for (const module of modules) {
      const whole = read(module)
      const moved = kept(module)
        .slice(0, whole.length)
        .split("")
        .findIndex((one, at) => one !== " " && one !== whole[at])
      expect([module, moved]).toEqual([module, -1])
    }
  })

  it("print, compare and hash nothing, but the place of a secret", () => {
    const printing = modules.filter((module) => /^\s*(?:toJSON|toString|\[Equal\.symbol\])\(/m.test(kept(module)))
    expect(printing).toEqual(["Redacted"])
  })

  it("are the replaced declarations under the same names", () => {
    const text = kept("internal/effect")
    expect(read("internal/effect")).toMatch(/^export const ignoreCauseLogger = |^const ignoreCauseLogger = /m)
    expect(text).not.toMatch(/const ignoreCauseLogger = /)
    expect(text).toMatch(/import \{ [^}]*ignoreCauseLogger[^}]* \} from ".*bundled\/effect\/internal\/effect\.ts"/)
  })

  it("miss nothing that a source of ours asks of them", () => {
    const sources = ["core", "node", "promise"].flatMap((name) => {
      const folder = fileURLToPath(new URL(`../../${name}/src/`, import.meta.url))
      return (
        readdirSync(folder, { recursive: true, encoding: "utf8" })
          // What observes is not in the bundle, either.
          .filter((path) => path.endsWith(".ts") && !/(?:telemetry|dialling|tracing)\.ts$/.test(path))
          .map((path) => ({ path: `${name}/${path}`, text: readFileSync(`${folder}${path}`, "utf8") }))
      )
    })
    // Names of other things, too; a span that is none may be asked for. A runtime is only asked for what `src/internal/connection.ts` runs.
    const common = new Set(["context", "span", "take", "runPromise", "runFork"])
    const names = Object.values(unasked)
      .flat()
      .filter((name) => /^\w+$/.test(name) && !common.has(name))
    const asking = new RegExp(`\\.(?:${names.join("|")})\\b`)
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.filter(({ text }) => asking.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe("what replaces parts of Effect", () => {
  it("keeps each reason of a cause once", () => {
    const [one, other] = [Cause.makeFailReason("no"), Cause.makeDieReason("never")]
    expect(InternalCore.dedupeReasons([one, other], [other, one])).toEqual([one, other])
  })

  it("adds nothing to causes and fibers, for there are no spans", () => {
    const cause = Cause.fail("no")
    expect(InternalCore.causeAnnotate(cause)).toBe(cause)
    expect(InternalEffect.fiberStackAnnotations()).toBeUndefined()
  })

  it("calls what it is given, and tells nobody of ignored failures", async () => {
    expect(Utils.internalCall(() => 1)).toBe(1)
    expect(await Effect.runPromise(InternalEffect.ignoreCauseLogger()())).toBeUndefined()
  })

  it("takes values through steps, however many", () => {
    const step = (value: unknown) => `${String(value)}+`
    for (const count of [0, 1, 2, 9, 10, 30]) {
      const steps = Array.from({ length: count }, () => step)
      // Effect's own takes the arguments of a method; a list has all that it asks of them.
      expect(Pipeable.pipeArguments(1, steps)).toBe(Effects.pipeArguments(1, steps as never))
    }
  })

  it("names the service that is missing", () => {
    expect(Contexts.serviceNotFoundError({ key: "a/Service" }).message).toBe("Service not found: a/Service")
    class Missing extends Context.Service<Missing, number>()("a/Service") {}
    const empty: Context.Context<never> = Context.empty()
    expect(() => Context.getUnsafe(empty, Missing)).toThrow("Service not found: a/Service")
  })

  it("has a clock that only goes on", () => {
    const readings = Array.from({ length: 1000 }, InternalEffect.monotonicNowNanos)
    expect(readings.toSorted((a, b) => Number(a - b))).toEqual(readings)
    const apart = Number(process.hrtime.bigint() - InternalEffect.monotonicNowNanos())
    const later = Number(process.hrtime.bigint() - InternalEffect.monotonicNowNanos())
    expect(Math.abs(later - apart)).toBeLessThan(50_000_000)
  })
})
