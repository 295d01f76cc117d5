/** What many seeds covered and found, as text. */
import type { Outcome } from "./Simulation.ts"
import type { Struck } from "./Strikes.ts"

/** How often each fault kind struck each protocol step. */
export type Coverage = Map<string, Map<string, number>>

export const cover = (coverage: Coverage, struck: ReadonlyArray<Struck>): void => {
  for (const [kind, step] of struck) {
    const row = coverage.get(kind) ?? new Map<string, number>()
    coverage.set(kind, row.set(step, (row.get(step) ?? 0) + 1))
  }
}

const stepOrder = [
  "connect",
  "authenticate",
  "authenticated",
  "submit",
  "acknowledgement",
  "result",
  "poll",
  "pollReply",
  "ping",
  "pong",
  "stream",
  "streamHead",
  "streamPart",
  "streamDone",
  "registry",
  "registryReply",
  "other",
  "any time"
]

/** Fault kinds by protocol steps. */
export const coverageTable = (coverage: Coverage): string => {
  const steps = stepOrder.filter((step) => [...coverage.values()].some((row) => row.has(step)))
  const rows = [...coverage]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([kind, row]) => [kind].concat(steps.map((step) => String(row.get(step) ?? "·"))))
  const table = [["fault", ...steps], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? []
  return table
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
    )
    .join("\n")
}

/** Everything about one seed. */
export const story = ({ plan, trace, violations }: Outcome): string =>
  [
    `Seed ${plan.seed}`,
    JSON.stringify(plan, (_key, value: unknown) => (value === Infinity ? "never" : value), 2),
    ...trace.map((line) => `  ${line}`),
    violations.length === 0 ? "Every invariant holds." : "Broken:",
    ...violations.map((violation) => `  ${violation}`)
  ].join("\n")
