import { assert, describe, it } from "@effect/vitest"
import { Runware } from "@effect-runware/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import sharp from "sharp"
import { image, startService, transports } from "./service.ts"

/** Items without what differs by nature from one task to the next. */
const comparable = (items: ReadonlyArray<object>) =>
  items.map((item) =>
    Object.fromEntries(Object.entries(item).map(([key, value]) => [key, /UUID|URL/.test(key) ? typeof value : value]))
  )

describe("one task", () => {
  it.live("gives equal items by sync and async delivery over both transports", () =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 0.05 })
      const run = Runware.run({ ...image, numberResults: 3, seed: 7, includeCost: true })
      const all = yield* Effect.forEach(transports, (transport) =>
        Effect.forEach(["sync", "async"] as const, (deliveryMethod) => service.use(run, { transport, deliveryMethod }))
      )
      const [first, ...others] = all.flat().map(comparable)
      assert.deepStrictEqual(
        first?.map(({ seed, imageURL }) => [seed, imageURL]),
        [
          [7, "string"],
          [8, "string"],
          [9, "string"]
        ]
      )
      for (const other of others) assert.deepStrictEqual(other, first)
      assert.strictEqual((yield* service.stats).tasksBilled, 4)
    })
  )

  it.live("gives an image of the asked size and format, by URL, base64 and data URI", () =>
    Effect.gen(function* () {
      const service = yield* startService()
      const sizeOf = (bytes: Buffer) =>
        Effect.map(
          Effect.promise(() => sharp(bytes).metadata()),
          ({ format, height, width }) => [format, width, height]
        )
      for (const [outputFormat, format] of [
        ["PNG", "png"],
        ["JPG", "jpeg"],
        ["WEBP", "webp"]
      ] as const) {
        const run = (outputType: "URL" | "base64Data" | "dataURI") =>
          Effect.map(
            service.use(Runware.run({ ...image, width: 768, outputFormat, outputType, seed: 3 })),
            ([item]) => item
          )
        const url = (yield* run("URL"))?.imageURL ?? assert.fail("no URL")
        const fetched = Buffer.from(yield* Effect.promise(() => fetch(url).then((response) => response.arrayBuffer())))
        const base64 = Buffer.from((yield* run("base64Data"))?.imageBase64Data ?? "", "base64")
        const uri = (yield* run("dataURI"))?.imageDataURI ?? ""
        assert.deepStrictEqual(yield* sizeOf(fetched), [format, 768, 512])
        assert.isTrue(fetched.equals(base64))
        assert.strictEqual(uri, `data:image/${format};base64,${base64.toString("base64")}`)
      }
    })
  )

  it.live("tells its events over both transports", () =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 0.05 })
      for (const transport of transports) {
        const events = yield* service.use(Stream.runCollect(Runware.events({ ...image, numberResults: 2 })), {
          transport
        })
        const tags = events.map(({ _tag }) => _tag)
        assert.deepStrictEqual([tags[0], tags.at(-1)], ["Accepted", "Done"])
        assert.strictEqual(tags.filter((tag) => tag === "Item").length, 2)
      }
    })
  )

  it.live("is submitted here and attached to elsewhere, by its handle or its UUID", () =>
    Effect.gen(function* () {
      const service = yield* startService({ timeScale: 0.05 })
      const handle = yield* service.use(Runware.submit({ ...image, numberResults: 2, seed: 40 }))
      for (const transport of transports) {
        for (const known of [JSON.parse(JSON.stringify(handle)) as typeof handle, handle.taskUUID]) {
          const results = yield* service.use(Runware.attach(known), { transport })
          assert.deepStrictEqual(
            results.map(({ seed }) => seed),
            [40, 41]
          )
        }
      }
      assert.strictEqual((yield* service.stats).tasksBilled, 1)
    })
  )
})

describe("many tasks at once", () => {
  for (const transport of transports) {
    it.live(`200 concurrent runs over ${transport} all give their own results`, () =>
      Effect.gen(function* () {
        const service = yield* startService({ timeScale: 0.02 })
        const seeds = Array.from({ length: 200 }, (_, i) => i + 1)
        const results = yield* service.use(
          Effect.forEach(seeds, (seed) => Runware.run({ ...image, seed, numberResults: (seed % 3) + 1 }), {
            concurrency: "unbounded"
          }),
          { transport }
        )
        assert.deepStrictEqual(
          results.map((items) => items.map((item) => item.seed)),
          seeds.map((seed) => Array.from({ length: (seed % 3) + 1 }, (_, i) => seed + i))
        )
        const stats = yield* service.stats
        assert.deepStrictEqual([stats.tasksAccepted, stats.tasksBilled], [200, 200])
      })
    )
  }
})
