import { assert, describe, it } from "@effect/vitest"
import examples from "@effect-runware/schemas/examples.json" with { type: "json" }
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type { Task } from "../src/Task.ts"
import * as Validators from "../src/Validator.ts"

/** What a validator says of every example: nothing, or everything that is wrong with it. */
const verdicts = Effect.fnUntraced(function* (engine: Validators.EngineName) {
  const context = yield* Layer.build(Layer.provide(Validators.layerBundled, Layer.succeed(Validators.Engine, engine)))
  const { validate } = Context.get(context, Validators.Validator)
  return yield* Effect.forEach(examples, ({ request, target }) => {
    const [kind, name] = target.split(":", 2)
    const isFamily = kind !== "model" && kind !== "utility"
    // The examples are wire tasks, some of them broken on purpose.
    return Effect.map(Effect.result(validate(request as Task, isFamily ? name : undefined)), (result) =>
      Result.isFailure(result) ? (result.failure.validationErrors ?? []) : []
    )
  })
})

describe("the example requests", () => {
  it.effect.each(["ajv", "cfworker"] as const)("get their stated verdicts from %s", (engine) =>
    Effect.gen(function* () {
      const found = yield* verdicts(engine)
      const wrong = examples.filter(({ valid }, index) => valid !== (found[index]?.length === 0))
      assert.strictEqual(examples.length, 169)
      assert.deepStrictEqual(wrong, [])
    })
  )

  it.effect("get the same messages from both engines", () =>
    Effect.gen(function* () {
      const [ajv, cfworker] = yield* Effect.all([verdicts("ajv"), verdicts("cfworker")])
      assert.deepStrictEqual(cfworker, ajv)
    })
  )

  it.effect("name a parameter in each error", () =>
    Effect.gen(function* () {
      const found = yield* verdicts("ajv")
      assert.deepStrictEqual(
        found.flat().filter(({ message, path }) => path === "" || !/^[^.].*[.?]$/.test(message)),
        []
      )
    })
  )
})
