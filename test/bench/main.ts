/**
 * `pnpm bench`: what the client costs, beside the vendor's older SDK and beside loops written by hand, as
 * docs/performance.md tells it. `--full` measures all of it; names of sections choose some. Fails where a
 * figure is above what must hold; a mark that is known to be missed only says so.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { calls } from "./calls.ts"
import { imports } from "./import.ts"
import { overshoot } from "./overshoot.ts"
import { growth, runs } from "./runs.ts"
import { sizes } from "./sizes.ts"
import { openStage, type Stage } from "./stage.ts"
import { type Extent, print, type Section } from "./table.ts"

type Sections = Promise<ReadonlyArray<Section>>

/** Benches of clients against one service. */
const staged: Readonly<Record<string, (stage: Stage, extent: Extent) => Sections>> = { calls, runs, growth }

/** Benches that need none. */
const alone: Readonly<Record<string, (extent: Extent) => Sections>> = { import: imports, sizes, overshoot }

const { positionals, values } = parseArgs({
  options: { full: { type: "boolean", default: false } },
  allowPositionals: true
})
const names = [...Object.keys(staged), ...Object.keys(alone), "stream"]
const unknown = positionals.filter((name) => !names.includes(name))
if (unknown.length > 0) throw new Error(`No section ${unknown.join(", ")}: there are ${names.join(", ")}`)
// The others take minutes.
const short = new Set(["calls", "runs", "import", "sizes", "overshoot"])
const isChosen = (name: string) =>
  positionals.length > 0 ? positionals.includes(name) : values.full || short.has(name)
const chosen = <A>(benches: Readonly<Record<string, A>>) =>
  Object.entries(benches).flatMap(([name, bench]) => (isChosen(name) ? [bench] : []))

let holds = true
const tell = async (sections: Sections) => {
  for (const section of await sections) holds = print(section) && holds
}

for (const bench of chosen(alone)) await tell(bench(values))
if (chosen(staged).length > 0) {
  const stage = await openStage()
  try {
    for (const bench of chosen(staged)) await tell(bench(stage, values))
  } finally {
    stage.close()
  }
}
if (isChosen("stream")) {
  // It weighs its own heap, so that it needs a process of its own.
  const script = fileURLToPath(new URL("stream.ts", import.meta.url))
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script], { stdio: "inherit" })
  holds = status === 0 && holds
}
process.exitCode = holds ? 0 : 1
