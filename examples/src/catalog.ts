/**
 * The catalog: the newest video models, what one of them costs, how others used it, and a `Stream` over all models that
 * stops asking for pages once it has enough. It needs no key: run it with `npx -y pnpm@12 tsx examples/src/catalog.ts`;
 * `RUNWARE_BASE_URL` leads it to an emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Content } from "@effect-runware/core"
import { Console, Effect, Layer, Stream } from "effect"
import { FetchHttpClient } from "effect/http"

const program = Effect.gen(function* () {
  const { items, total } = yield* Content.models({ category: "video", sort: "newest", limit: 3, paginate: true })
  yield* Console.log(`${total} video models, the newest of them:`)

  for (const { air, name } of items) {
    const [pricing, examples] = yield* Effect.all([Content.pricing(air), Content.examples(air)], { concurrency: 2 })
    const price = pricing?.pricingOverview ?? "no price told"
    yield* Console.log(`  ${name} (${air}): ${price}, ${examples.length} examples`)
  }

  const withLoras = yield* Content.allModels({ category: "image" }).pipe(
    Stream.filter(({ capabilities }) => capabilities.includes("form:lora")),
    Stream.map(({ name }) => name),
    Stream.take(5),
    Stream.runCollect
  )
  yield* Console.log(`Image models that take LoRAs: ${withLoras.join(", ")}, ...`)
})

const CatalogLive = Content.layerPublic().pipe(Layer.provide(FetchHttpClient.layer))

program.pipe(Effect.provide(CatalogLive), NodeRuntime.runMain)
