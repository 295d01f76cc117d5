/**
 * Webhooks as a program of ours meets them: it submits with a client, and reads what comes by `Envelope`, whichever form
 * the service has chosen.
 */
import { assert, describe, it } from "@effect/vitest"
import { Envelope, Runware } from "@effect-runware/core"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { createServer } from "node:http"
import { image, startService } from "./service.ts"

/** A receiver that takes everything; gives its address and what came. */
const startReceiver = Effect.gen(function* () {
  const bodies = yield* Queue.unbounded<unknown>()
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8")
    request.on("data", (chunk: string) => (body += chunk))
    request.on("end", () => {
      Queue.offerUnsafe(bodies, JSON.parse(body))
      response.writeHead(200).end()
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close())
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}/done`, next: Effect.map(Queue.take(bodies), Envelope.fromJson) }
})

describe.each(["flat", "wrapped"] as const)("a %s webhook", (webhookForm) => {
  it.live("says of each result what the call gives", () =>
    Effect.gen(function* () {
      const receiver = yield* startReceiver
      const service = yield* startService({ switches: { webhookForm } })
      const results = yield* service.use(Runware.run({ ...image, numberResults: 2, webhookURL: receiver.url }))
      const told = [yield* receiver.next, yield* receiver.next]
      assert.sameMembers(
        told.flatMap(({ items }) => items.map((item) => item["imageUUID"])),
        results.map((item) => item["imageUUID"])
      )
      assert.deepStrictEqual(
        told.flatMap(({ errors }) => errors),
        []
      )
    })
  )

  it.live("says why a task failed", () =>
    Effect.gen(function* () {
      const receiver = yield* startReceiver
      const service = yield* startService({ switches: { webhookForm } })
      const positivePrompt = "[[fail:inferenceError]]"
      const error = yield* Effect.flip(service.use(Runware.run({ ...image, positivePrompt, webhookURL: receiver.url })))
      const { errors, items } = yield* receiver.next
      assert.deepStrictEqual(
        [items, errors.map(({ code, taskUUID }) => [code, taskUUID])],
        [[], [["inferenceError", error.taskUUID]]]
      )
    })
  )
})
