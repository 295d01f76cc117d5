/**
 * What it takes to import the Promise client, built, in a process of its own: against importing `ws` alone and the
 * vendor's SDK, in turns.
 */
import { execFileSync } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import { aimedAt, type Extent, median, progress, said, type Section } from "./table.ts"

const folder = fileURLToPath(new URL("../../packages/promise", import.meta.url))
const vendors = pathToFileURL(createRequire(import.meta.url).resolve("@runware/sdk-js")).href

const programs = {
  "ws alone": `await import("ws")`,
  "@effect-runware/promise": `await import("./dist/index.js")`,
  "@effect-runware/promise/rest": `await import("./dist/rest.js")`,
  "import and first createClient": `(await import("./dist/index.js")).createClient({ apiKey: "key" })`,
  "@runware/sdk-js": `await import(${JSON.stringify(vendors)})`
}

/** The time of a program in a fresh process, by its own clock. */
const time = (program: string): number => {
  const text = `const started = performance.now(); ${program}; console.log(performance.now() - started); process.exit()`
  return Number(
    execFileSync(process.execPath, ["--input-type=module", "--eval", text], { cwd: folder, encoding: "utf8" })
  )
}

export const imports = async ({ full }: Extent): Promise<ReadonlyArray<Section>> => {
  const rounds = full ? 15 : 7
  progress(`imports, ${rounds} rounds`)
  const times = Object.entries(programs).map(([name, program]) => ({ name, program, taken: new Array<number>() }))
  for (let round = 0; round < rounds; round++) {
    for (const { program, taken } of times) taken.push(time(program))
  }
  const of = (name: keyof typeof programs) => times.find((each) => each.name === name)?.taken ?? []
  const own = of("@effect-runware/promise")
  return [
    {
      title: "Import in fresh processes",
      rows: [
        ...times.map(({ name, taken }) => said(name, taken, " ms", 1)),
        aimedAt("import", own, 45, " ms", 1),
        aimedAt("import, beside ws alone", own, 1.5 * median(of("ws alone")) + 20, " ms", 1),
        aimedAt("import and first createClient", of("import and first createClient"), 80, " ms", 1)
      ]
    }
  ]
}
