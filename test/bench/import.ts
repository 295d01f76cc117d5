/**
 * What it takes to import the Promise client, built, in a process of its own: against importing `ws` alone,
 * in turns. Medians in milliseconds.
 */
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const rounds = Number(process.argv[2] ?? 11)
const folder = fileURLToPath(new URL("../../packages/promise", import.meta.url))

const programs = {
  "ws alone": `await import("ws")`,
  "@effect-runware/promise": `await import("./dist/index.js")`,
  "@effect-runware/promise/rest": `await import("./dist/rest.js")`,
  "import + first client": `(await import("./dist/index.js")).createClient({ apiKey: "key" })`
}

/** The time of a program in a fresh process, by its own clock. */
const time = (program: string): number => {
  const text = `const started = performance.now(); ${program}; console.log(performance.now() - started)`
  return Number(
    execFileSync(process.execPath, ["--input-type=module", "--eval", text], { cwd: folder, encoding: "utf8" })
  )
}

const median = (numbers: ReadonlyArray<number>): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const times = Object.entries(programs).map(([name, program]) => ({ name, program, taken: new Array<number>() }))
for (let round = 0; round < rounds; round++) {
  for (const { program, taken } of times) taken.push(time(program))
}
for (const { name, taken } of times) console.log(`${median(taken).toFixed(1).padStart(7)} ms  ${name}`)
