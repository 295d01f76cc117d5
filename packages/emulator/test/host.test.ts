import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { Event } from "../src/Command.ts"
import * as Emulator from "../src/Emulator.ts"
import * as Host from "../src/Host.ts"
import { makeStep } from "../src/Machine.ts"
import { initial } from "../src/State.ts"
import { post, picture } from "./client.ts"
import { catalog, image, key, poll, reply } from "./fixtures.ts"

describe("a host", () => {
  it.effect("wakes the machine when something is due, on the clock it is given", () =>
    Effect.gen(function* () {
      const events: Array<Event> = []
      const host = yield* Host.make({
        step: makeStep(catalog),
        initial: initial({ keys: { [key]: 1 }, timeScale: 1 }),
        perform: (event) => events.push(event)
      })
      const submit = (requestId: string, task: unknown) =>
        host.dispatch({
          _tag: "HttpRequest",
          requestId,
          authorization: `Bearer ${key}`,
          body: JSON.stringify([task]),
          dryRun: false
        })
      submit("late", image(1, { positivePrompt: "[[slow:5000]]" }))
      submit("soon", image(2, { positivePrompt: "[[slow:2000]]" }))
      const answered = () => events.map((event) => ("requestId" in event ? event.requestId : event._tag))
      yield* TestClock.adjust("1999 millis")
      assert.deepStrictEqual(answered(), [])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(answered(), ["soon"])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(answered(), ["soon", "late"])
      submit("poll", poll(2))
      assert.strictEqual(reply(events.slice(2))?.payload.data?.[0]?.status, "success")
    })
  )
})

describe("the emulator as a layer", () => {
  it.live("serves for as long as the layer lives, and says what happened", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.configure({ emptyErrors: true })
      const { status } = yield* Effect.promise(() => post(emulator, [picture()]))
      assert.strictEqual(status, 200)
      const { requests, tasksAccepted, tasksBilled } = yield* emulator.stats
      assert.deepStrictEqual(
        { requests, tasksAccepted, tasksBilled },
        { requests: 1, tasksAccepted: 1, tasksBilled: 1 }
      )
      return emulator
    }).pipe(
      Effect.provide(Emulator.layer()),
      Effect.flatMap(({ url }) =>
        Effect.promise(() =>
          fetch(url).then(
            () => "open",
            () => "closed"
          )
        )
      ),
      Effect.map((state) => assert.strictEqual(state, "closed"))
    )
  )
})
