/**
 * `pnpm bench`: what the client costs, beside the vendor's older SDK and beside loops written by hand, as
 * docs/performance.md tells it. `--full` measures all of it; names of sections choose some. Fails where a figure is above
 * what must hold.
 */
import { parseArgs } from "node:util"
import { calls } from "./calls.ts"
import { growth, runs } from "./runs.ts"
import { openStage, type Stage } from "./stage.ts"
import { type Extent, print, type Section } from "./table.ts"

const sections: Readonly<Record<string, (stage: Stage, extent: Extent) => Promise<ReadonlyArray<Section>>>> = {
  calls: async (stage, extent) => [await calls(stage, extent)],
  runs,
  growth: async (stage, extent) => [await growth(stage, extent)]
}

const { positionals, values } = parseArgs({
  options: { full: { type: "boolean", default: false } },
  allowPositionals: true
})
const unknown = positionals.filter((name) => !(name in sections))
if (unknown.length > 0)
  throw new Error(`No section ${unknown.join(", ")}: there are ${Object.keys(sections).join(", ")}`)

const stage = await openStage()
let holds = true
for (const [name, measure] of Object.entries(sections)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  for (const section of await measure(stage, values)) holds = print(section) && holds
}
stage.close()
process.exitCode = holds ? 0 : 1
