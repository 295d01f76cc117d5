/**
 * `pnpm bench`: what the client costs, beside the vendor's older SDK and beside loops written by hand, as
 * docs/performance.md tells it. `--full` measures all of it; names of sections choose some. Fails where a
 * figure is above what must hold; a mark that is known to be missed only says so.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
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

/** Benches with a table of their own, which also run alone. */
const alone = ["import", "overshoot", "stream"]

const { positionals, values } = parseArgs({
  options: { full: { type: "boolean", default: false } },
  allowPositionals: true
})
const names = [...Object.keys(sections), ...alone]
const unknown = positionals.filter((name) => !names.includes(name))
if (unknown.length > 0) throw new Error(`No section ${unknown.join(", ")}: there are ${names.join(", ")}`)
// The others take minutes.
const short = new Set(["calls", "runs", "import", "overshoot"])
const isChosen = (name: string) =>
  positionals.length > 0 ? positionals.includes(name) : values.full || short.has(name)

let holds = true
const stage = await openStage()
for (const [name, measure] of Object.entries(sections)) {
  if (!isChosen(name)) continue
  for (const section of await measure(stage, values)) holds = print(section) && holds
}
stage.close()
for (const name of alone.filter(isChosen)) {
  console.log(`\n${name}`)
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script], { stdio: "inherit" })
  holds = status === 0 && holds
}
process.exitCode = holds ? 0 : 1
