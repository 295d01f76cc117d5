/**
 * `pnpm snapshot <folder>`: assembles `schemas/snapshot` from a folder of facts.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { assemble } from "./assemble/Assembly.ts"
import { readFacts } from "./assemble/Facts.ts"
import { examplesText, schemaMapText } from "./assemble/SnapshotText.ts"

const target = fileURLToPath(new URL("../../schemas/snapshot/", import.meta.url))

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`

const write = (name: string, text: string): void => {
  writeFileSync(join(target, name), text)
  console.log(`wrote ${name}: ${kilobytes(Buffer.byteLength(text))}, ${kilobytes(gzipSync(text).length)} gzip`)
}

const run = (folder: string): void => {
  console.log(`reading ${folder}`)
  const facts = readFacts(folder)
  const map = assemble(facts)
  console.log(
    `assembled release ${map.version}: ${map.inference.length} models, ${Object.keys(map.architectures).length} architectures, ` +
      `${Object.keys(map.modalities).length} modalities, ${Object.keys(map.operations).length} operations, ${map.utilities.length} utilities`
  )
  mkdirSync(target, { recursive: true })
  write("schema-map.json", schemaMapText(map))
  write("examples.json", examplesText(facts.examples))
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error("Which folder holds the facts? pnpm snapshot <folder>")
  process.exitCode = 2
} else {
  try {
    run(resolve(folder))
  } catch (error) {
    console.error(`No snapshot written: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
