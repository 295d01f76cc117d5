/**
 * The tables of docs/observability.md name what the code has, and nothing else. What is logged by category is shown in
 * `logging.test.ts`.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { LogCategory } from "@effect-runware/core/RunwareLogger"
import * as RunwareMetrics from "@effect-runware/core/RunwareMetrics"
import { expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const document = readFileSync(join(root, "docs/observability.md"), "utf8")

/** The first cells of the table whose first heading is this, and the other cells. */
const table = (heading: string): ReadonlyArray<ReadonlyArray<string>> => {
  const [, rows = ""] = new RegExp(`^\\| ${heading} +\\|.*\\n\\|[-| ]+\\n((?:\\|.*\\n)+)`, "m").exec(document) ?? []
  return rows
    .trim()
    .split("\n")
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim())
    )
}

const named = (heading: string): ReadonlyArray<string> =>
  table(heading)
    .map(([name = ""]) => name.replaceAll("`", ""))
    .toSorted()

const core = join(root, "packages/core/src")
const sources = readdirSync(core, { recursive: true, encoding: "utf8" })
  // A metric may bear the name of an attribute.
  .filter((path) => path.endsWith(".ts") && path !== "RunwareMetrics.ts")
  .map((path) => readFileSync(join(core, path), "utf8"))

/** Every text in the code of this form, once. */
const inCode = (pattern: RegExp): ReadonlyArray<string> =>
  [...new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, name = ""]) => name)))].toSorted()

const metrics = Object.values(RunwareMetrics)

it("names every category", () => {
  const categories = {
    connection: true,
    auth: true,
    send: true,
    receive: true,
    poll: true,
    retry: true,
    registry: true,
    validation: true,
    stream: true,
    callback: true
  } satisfies Record<LogCategory, true>
  expect(named("category")).toEqual(Object.keys(categories).toSorted())
})

it("names every span", () => {
  expect(named("span")).toEqual(inCode(/"(Runware\.[a-z]\w+)"/g))
})

it("names every attribute of a span", () => {
  const ofMetrics = new Set(["runware.outcome", "gen_ai.token.type"])
  const attributes = inCode(/"((?:runware|gen_ai|http\.response|server)\.[a-z_.]+|error\.type)"/g)
  expect(named("attribute")).toEqual(attributes.filter((name) => !ofMetrics.has(name)))
})

it("names every metric with its kind, its unit and what it is broken down by", () => {
  const rows = table("metric").map(([id = "", kind, unit = "", by = ""]) => [
    id.replaceAll("`", ""),
    kind,
    unit.replaceAll("`", ""),
    by !== ""
  ])
  const whole = new Set([RunwareMetrics.tasksInFlight.id])
  const expected = metrics.map(({ attributes, id, type }) => [
    id,
    type.toLowerCase(),
    { ...attributes }["unit" as never],
    !whole.has(id)
  ])
  const byName = (rows: ReadonlyArray<ReadonlyArray<unknown>>) =>
    rows.toSorted(([one], [other]) => String(one).localeCompare(String(other)))
  expect(byName(rows)).toEqual(byName(expected))
})
