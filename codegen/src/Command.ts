/**
 * The command behind `pnpm codegen`: read, generate, and only when all of that went well, write.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { generate } from "./Generate.ts"
import { parseSnapshot, SnapshotError } from "./Snapshot.ts"

/** What to generate from, and where to. */
export interface CommandOptions {
  /** The schema map. */
  readonly snapshot: string
  /** The folder of generated modules. */
  readonly target: string
  /** Only tell whether a file would change. */
  readonly check: boolean
  /** Takes each line of progress, and each complaint. */
  readonly print: (line: string) => void
}

const isStale = (path: string, text: string): boolean => !existsSync(path) || readFileSync(path, "utf8") !== text

const execute = ({ check, print, snapshot, target }: CommandOptions): number => {
  print(`reading ${snapshot}`)
  const map = parseSnapshot(readFileSync(snapshot, "utf8"))
  print(`release ${map.version}: ${map.inference.length} models`)
  const files = [...generate(map)]
  const stale = files.filter(([name, text]) => isStale(join(target, name), text))
  if (check) {
    for (const [name] of stale) print(`${name} is stale; run pnpm codegen`)
    return stale.length === 0 ? 0 : 1
  }
  mkdirSync(target, { recursive: true })
  for (const [name, text] of stale) writeFileSync(join(target, name), text)
  print(stale.length === 0 ? "nothing to write" : `wrote ${stale.map(([name]) => name).join(", ")}`)
  return 0
}

/** Runs the command and gives its exit code. A snapshot with a problem is explained, and changes nothing. */
export const runCodegen = (options: CommandOptions): number => {
  try {
    return execute(options)
  } catch (error) {
    options.print("nothing was written:")
    const problems =
      error instanceof SnapshotError ? error.problems : [error instanceof Error ? error.message : String(error)]
    for (const problem of problems) options.print(`  ${problem}`)
    return 1
  }
}
