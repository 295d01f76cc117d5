/**
 * What a bench has to tell: figures in rows, and whether each keeps to what must hold.
 */

export interface Row {
  readonly measure: string
  /** As it is read: with its unit. */
  readonly figure: string
  /** The least and the most of the rounds. */
  readonly spread?: string
  /** What must hold, where something must. */
  readonly must?: string
  readonly holds?: boolean
  /** It should hold, and does not always. */
  readonly isAim?: boolean
}

export interface Section {
  readonly title: string
  readonly rows: ReadonlyArray<Row>
}

/** How much is measured: a short table, or everything. */
export interface Extent {
  readonly full: boolean
}

/** How often each contender has its turn. */
export const roundsOf = ({ full }: Extent): number => (full ? 5 : 3)

export const quantile = (values: ReadonlyArray<number>, fraction: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? NaN
}

export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

/** A row that says the median of what the rounds gave. */
export const said = (measure: string, values: ReadonlyArray<number>, unit: string, digits = 0): Row => {
  const row = { measure, figure: written(median(values), unit, digits) }
  return values.length < 2
    ? row
    : { ...row, spread: `${written(Math.min(...values), "", digits)}..${written(Math.max(...values), "", digits)}` }
}

/** A row whose median must not be above a limit. */
export const atMost = (
  measure: string,
  values: ReadonlyArray<number>,
  limit: number,
  unit: string,
  digits = 0
): Row => ({
  ...said(measure, values, unit, digits),
  must: `at most ${written(limit, unit, Number.isInteger(limit) ? 0 : Math.max(digits, 1))}`,
  holds: median(values) <= limit
})

/** The same for what docs/performance.md tells is not reached: missing it is printed, and fails nothing. */
export const aimedAt = (...row: Parameters<typeof atMost>): Row => ({ ...atMost(...row), isAim: true })

const written = (figure: number, unit: string, digits: number) =>
  `${figure.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}${unit}`

/** Says what is being measured, beside the tables: some of it takes minutes. */
export const progress = (text: string): void => void process.stderr.write(`  … ${text}\n`)

/** A section as lines of text; `true` when all that must hold does. */
export const print = ({ rows, title }: Section): boolean => {
  const width = (text: (row: Row) => string) => Math.max(...rows.map((row) => text(row).length))
  const [measures, figures, spreads] = [
    width(({ measure }) => measure),
    width(({ figure }) => figure),
    width(({ spread = "" }) => spread)
  ]
  console.log(`\n${title}`)
  for (const { figure, holds, isAim, measure, must, spread = "" } of rows) {
    const verdict =
      must === undefined ? "" : `  ${holds === true ? "ok" : isAim === true ? "missed" : "TOO MUCH"}, ${must}`
    const line = `  ${measure.padEnd(measures)}  ${figure.padStart(figures)}  ${spread.padEnd(spreads)}${verdict}`
    console.log(line.trimEnd())
  }
  return rows.every(({ holds, isAim }) => holds !== false || isAim === true)
}
