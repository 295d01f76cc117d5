/** The table of verdicts: what each row came to on each transport. */
import type { Row, Transport } from "./row.ts"

type Verdict = "ok" | "FAILED"

/** Collects verdicts, and shows them. */
export class Verdicts {
  readonly #rows = new Map<Row, Map<Transport, Verdict>>()

  held(row: Row, transport: Transport): void {
    this.#of(row).set(transport, "ok")
  }

  failed(row: Row, transport: Transport): void {
    this.#of(row).set(transport, "FAILED")
  }

  /** One line for each row, in the order of areas; `-` stands where a row does not apply. */
  table(): string {
    const lines = [...this.#rows].map(
      ([{ area, feature }, verdicts]) =>
        [area, feature, verdicts.get("rest") ?? "-", verdicts.get("websocket") ?? "-"] as const
    )
    const held = [...this.#rows.values()].flatMap((verdicts) => Array.from(verdicts.values()))
    return [
      format(["area", "feature", "REST", "WebSocket"], lines),
      "",
      `${lines.length} rows, ${held.filter((verdict) => verdict === "ok").length} of ${held.length} verdicts ok`
    ].join("\n")
  }

  #of(row: Row): Map<Transport, Verdict> {
    const verdicts = this.#rows.get(row) ?? new Map<Transport, Verdict>()
    this.#rows.set(row, verdicts)
    return verdicts
  }
}

type Line = readonly [area: string, feature: string, rest: string, webSocket: string]

const format = (head: Line, lines: ReadonlyArray<Line>): string => {
  const sorted = lines.toSorted(([one], [other]) => first(lines, one) - first(lines, other))
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => String(line[column]).length)))
  const show = (line: ReadonlyArray<string>) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  return [show(head), show(widths.map((width) => "-".repeat(width))), ...sorted.map(show)].join("\n")
}

const first = (lines: ReadonlyArray<Line>, area: string): number => lines.findIndex(([name]) => name === area)
