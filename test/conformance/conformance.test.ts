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

/** A chapter of the README. */
const chapter = (title: string): string => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
  return readme.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? ""
}

const namesIn = (text: string, pattern: RegExp): ReadonlyArray<string> =>
  Array.from(text.matchAll(pattern), ([, name = ""]) => name)

/** The options that the README lists, but for those that there are with Effect only. */
const options = namesIn(chapter("Configuration"), /^\| `(\w+)` +\|(?!.*\(Effect only\))/gm)
const codes = namesIn(chapter("Errors"), /^\| `(\w+)` +\|/gm)
const fields = namesIn(chapter("Errors").split("Also there:")[1] ?? "", /`(\w+)`/g)

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

  it("finds what the README lists", () => {
    expect([options.length > 40, codes.length, fields.length > 10]).toEqual([true, 12, true])
  })

  it.each([...options, ...fields, "code", "rawCode", "submission"])("shows what `%s` does", (name) => {
    const named = new RegExp(`\`${name}(?:: \\w+)?\``)
    expect(rows.filter(({ feature }) => named.test(feature))).not.toEqual([])
  })

  it("shows what each member of a client does", () => {
    const client = sdk.createClient({ apiKey: "rw_nobody" })
    const members = Object.keys(client).filter((name) => name !== "status" && name !== "then")
    const words = new Set(rows.flatMap(({ area, feature }) => `${area} ${feature}`.match(/\w+/g) ?? []))
    expect(members.length).toBeGreaterThan(15)
    expect(members.filter((name) => !words.has(name))).toEqual([])
  })

  it.each(codes)("brings about the error %s", (code) => {
    const shown = rows.filter(({ area, feature }) => area === "codes of errors" && feature.split(":")[0] === code)
    expect(shown).not.toEqual([])
  })
})
