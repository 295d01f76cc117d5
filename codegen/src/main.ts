/**
 * `pnpm codegen [--check]`: writes `schemas/src/generated` from `schemas/snapshot/schema-map.json`, or with `--check`
 * only tells whether that would change anything.
 */
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { runCodegen } from "./Command.ts"

const inSchemas = (path: string): string => fileURLToPath(new URL(`../../schemas/${path}`, import.meta.url))

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } })

process.exitCode = runCodegen({
  snapshot: inSchemas("snapshot/schema-map.json"),
  target: inSchemas("src/generated"),
  check: values.check,
  print: (line) => console.log(line)
})
