/**
 * The catalog, by Promises: the newest video models, what each of them costs and how others used it, and what there is none
 * of: `null`, or an empty list. It needs no key: run it with `npx -y pnpm@12 tsx examples/src/catalog-promise.ts`;
 * `RUNWARE_BASE_URL` leads it to an emulator.
 */
import { createContent } from "@effect-runware/promise"

const content = createContent()

const { items, total } = await content.models({ category: "video", sort: "newest", limit: 3, paginate: true })
console.log(`${total} video models, the newest of them:`)

for (const { air, name } of items) {
  const [pricing, examples] = await Promise.all([content.pricing(air), content.examples(air)])
  console.log(`  ${name} (${air}): ${pricing?.pricingOverview ?? "no price told"}, ${examples.length} examples`)
}

const unknown = await content.model("acme:1@1")
console.log(`acme:1@1 is ${unknown === null ? "not in the catalog" : unknown.name}`)
