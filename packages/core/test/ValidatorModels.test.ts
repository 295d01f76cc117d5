import { assert, describe, it } from "@effect/vitest"
import { requestSchema, requestTargets } from "@effect-runware/schemas/requests"
import { compile as ajv } from "../src/internal/validation/ajvEngine.ts"
import { compile as cfworker } from "../src/internal/validation/cfworkerEngine.ts"
import { diagnose } from "../src/internal/validation/diagnosis.ts"
import type { JsonObject } from "../src/internal/json.ts"
import { beyondBounds, mutationsOf } from "./schemaMutations.ts"
import { fits, randomOf, requestOf } from "./schemaSamples.ts"

const seed = 20260722

/** The request of a target, and what both engines say of it and of its mutations. */
const examined = (target: string, index: number) => {
  const schema = requestSchema(target) ?? {}
  const checks = { ajv: ajv(schema), cfworker: cfworker(schema) }
  const random = randomOf(seed + index)
  const request = requestOf(schema, random) ?? assert.fail(`No request of ${target} (seed ${seed + index})`)
  const say = (engine: keyof typeof checks, task: JsonObject) =>
    diagnose({ schema, task, name: target }, checks[engine](task))
  return {
    request,
    say,
    mutations: mutationsOf(schema, request),
    isAllowed: (task: JsonObject) => fits(schema, task)
  }
}

const targets = requestTargets()
/** The models of a provider, or everything else of a kind. */
const groupOf = (target: string): string => {
  const [kind = "", name] = target.split(":", 2)
  return kind === "model" ? `${kind}s of ${name}` : kind
}
const groups = [...new Set(targets.map(groupOf))].map(
  (group) => [group, targets.filter((target) => groupOf(target) === group)] as const
)

describe("every model, architecture, modality, operation and utility", () => {
  const counts = { valid: 0, forbidden: 0, allowed: 0 }

  it.each(groups)(
    "takes a request made from its schema, and refuses each forbidden change of it: %s",
    (_, group) => {
      for (const target of group) {
        const { isAllowed, mutations, request, say } = examined(target, targets.indexOf(target))
        assert.deepStrictEqual([target, say("ajv", request), say("cfworker", request)], [target, [], []])
        counts.valid++
        for (const { parameter, request: mutated, what } of mutations) {
          const issues = say("ajv", mutated)
          const about = `${target}: ${parameter} ${what}`
          assert.deepStrictEqual(say("cfworker", mutated), issues, about)
          assert.strictEqual(issues.length === 0, isAllowed(mutated), about)
          if (issues.length === 0) counts.allowed++
          else {
            counts.forbidden++
            const named = issues.flatMap(({ parameters, path }) => parameters.concat(path))
            const isNamed = named.some((name) => name === parameter || name.startsWith(`${parameter}.`))
            assert.isTrue(isNamed, `${about}, but the issues name ${named.join(", ")}`)
          }
        }
      }
    },
    60_000
  )

  it("is held to every bound that its schema states, whether or not a request made from it has the parameter", () => {
    const lost: Array<string> = []
    let bounds = 0
    for (const target of targets) {
      const schema = requestSchema(target) ?? {}
      const check = ajv(schema)
      for (const { parameter, request, what } of beyondBounds(schema)) {
        bounds++
        const issues = diagnose({ schema, task: request, name: target }, check(request))
        if (!issues.some(({ path }) => path === parameter)) lost.push(`${target}: ${parameter} ${what}`)
      }
    }
    assert.deepStrictEqual(lost, [])
    assert.isAbove(bounds, 2500)
  })

  it("is put to the test often enough", () => {
    assert.strictEqual(counts.valid, targets.length)
    assert.isAbove(counts.forbidden, 10_000)
    assert.isAbove(counts.allowed, 2000)
  })
})
