/**
 * Every row of the table through the packed client, on both transports, against the emulator over real sockets. The table
 * is printed at the end: `pnpm conformance` runs nothing else.
 */
import { afterAll, describe, expect, it } from "vitest"
import { sdk } from "./packedSdk.ts"
import { perform, transports } from "./row.ts"
import { rows } from "./rows/index.ts"
import { Verdicts } from "./verdicts.ts"

const verdicts = new Verdicts()

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
})
