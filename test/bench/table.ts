/**
 * What a bench has to tell: figures in rows, and whether each keeps to what must hold.
 */

export interface Row {
  readonly measure: string
  /** As it is read: with its unit. */
  readonly figure: string
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

export const quantile = (values: ReadonlyArray<number>, fraction: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? NaN
}

export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

/** A row whose figure must not be above a limit. */
export const atMost = (measure: string, figure: number, limit: number, unit: string, digits = 0): Row => ({
  measure,
  figure: written(figure, unit, digits),
  must: `at most ${limit}${unit}`,
  holds: figure <= limit
})

/** The same for what docs/performance.md tells is not reached: missing it is printed, and fails nothing. */
export const aimedAt = (...row: Parameters<typeof atMost>): Row => ({ ...atMost(...row), isAim: true })

export const said = (measure: string, figure: number, unit: string, digits = 0): Row => ({
  measure,
  figure: written(figure, unit, digits)
})

const written = (figure: number, unit: string, digits: number) =>
  `${figure.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}${unit}`

/** A section as lines of text; `true` when all that must hold does. */
export const print = ({ rows, title }: Section): boolean => {
  const width = Math.max(...rows.map(({ measure }) => measure.length))
  console.log(`\n${title}`)
  for (const { figure, holds, isAim, measure, must } of rows) {
    const verdict =
      must === undefined ? "" : `  ${holds === true ? "ok" : isAim === true ? "missed" : "TOO MUCH"}, ${must}`
    console.log(`  ${measure.padEnd(width)}  ${figure.padStart(12)}${verdict}`)
  }
  return rows.every(({ holds, isAim }) => holds !== false || isAim === true)
}
