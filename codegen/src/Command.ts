/**
 * The command behind `pnpm codegen`: read, generate, and only when all of that went well, write.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { schemaMapText } from "./assemble/SnapshotText.ts"
import { generate } from "./Generate.ts"
import { problems, summary } from "./Report.ts"
import { parseSnapshot, SnapshotError } from "./Snapshot.ts"

/** What to generate from, and where to. */
export interface CommandOptions {
  /** The pinned schema map. */
  readonly snapshot: string
  /** A file or an address of a schema map that becomes the pinned one. */
  readonly from?: string | undefined
  /** The folder of generated modules. */
  readonly target: string
  /** Only tell whether a file would change. */
  readonly check: boolean
  /** Refuse schemas with rules that no type says, or with unknown keywords. */
  readonly strict: boolean
  /** Takes each line of progress, and each complaint. */
  readonly print: (line: string) => void
}

const isStale = (path: string, text: string): boolean => !existsSync(path) || readFileSync(path, "utf8") !== text

const isAddress = (source: string): boolean => /^https?:\/\//.test(source)

/** How long an address may take to answer. */
const patience = 60_000

const read = async (source: string): Promise<string> => {
  if (!isAddress(source)) return readFile(source, "utf8")
  const response = await fetch(source, { signal: AbortSignal.timeout(patience) })
  if (!response.ok) throw new Error(`${source} answered ${response.status} ${response.statusText}`.trim())
  return response.text()
}

const execute = async (options: CommandOptions): Promise<number> => {
  const { check, print, snapshot, strict, target } = options
  const source = options.from ?? snapshot
  print(`reading ${source}`)
  const map = parseSnapshot(await read(source))
  print(`release ${map.version}: ${map.inference.length} models`)
  const { files, findings } = generate(map)
  if (strict && findings.length > 0) throw new SnapshotError(problems(findings))
  for (const line of summary(findings)) print(line)
  const outputs = [
    ...[...files].map(([name, text]) => [join(target, name), text, name] as const),
    ...(options.from === undefined ? [] : [[snapshot, schemaMapText(map), "schema-map.json"] as const])
  ]
  const stale = outputs.filter(([path, text]) => isStale(path, text))
  if (check) {
    for (const [, , name] of stale) print(`${name} is stale; run pnpm codegen`)
    return stale.length === 0 ? 0 : 1
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  print(stale.length === 0 ? "nothing to write" : `wrote ${stale.map(([, , name]) => name).join(", ")}`)
  return 0
}

/** Runs the command and gives its exit code. A snapshot with a problem is explained, and changes nothing. */
export const runCodegen = async (options: CommandOptions): Promise<number> => {
  try {
    return await execute(options)
  } catch (error) {
    options.print("nothing was written:")
    const reasons =
      error instanceof SnapshotError ? error.problems : [error instanceof Error ? error.message : String(error)]
    for (const reason of reasons) options.print(`  ${reason}`)
    return 1
  }
}
