/**
 * Every row of the table through the packed client, on both transports, against the emulator over real sockets. The table
 * is printed at the end: `pnpm conformance` runs nothing else.
 */
import { readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { sdk } from "./packedSdk.ts"
import { perform, transports } from "./row.ts"
import { rows } from "./rows/index.ts"
import { Verdicts } from "./verdicts.ts"

const verdicts = new Verdicts()

/** The options that the README lists, but for those that there are with Effect only. */
function documentedOptions(): ReadonlyArray<string> {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
  const [, configuration = ""] = readme.split("\n## Configuration\n")
  const [table = ""] = configuration.split("\n## ")
  return Array.from(table.matchAll(/^\| `(\w+)` +\|(?!.*\(Effect only\))/gm), ([, option = ""]) => option)
}

afterAll(() => {
  process.stdout.write(`\n${verdicts.table()}\n`)
})

describe.concurrent.each(transports)("the packed client over %s", (transport) => {
  const own = rows.filter(({ on = transport }) => on === transport)

  it.each(own)("$area: $feature", { timeout: 20_000 }, async (row) => {
    verdicts.failed(row, transport)
    await perform(row, transport, sdk)
    verdicts.held(row, transport)
  })
})

describe("the table", () => {
  it("names each row once", () => {
    const names = rows.map(({ area, feature }) => `${area}: ${feature}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(documentedOptions())("shows what the option %s does", (option) => {
    const named = new RegExp(`\`${option}(?:: \\w+)?\``)
    expect(rows.filter(({ feature }) => named.test(feature))).not.toEqual([])
  })
})
