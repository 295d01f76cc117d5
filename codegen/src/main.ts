/**
 * `pnpm codegen [--from <file or address>] [--check] [--strict]`: writes `schemas/src/generated` from the pinned schema
 * map, or from another one that then becomes the pinned one. `--check` only tells whether that would change anything;
 * `--strict` refuses what no type can say.
 */
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { runCodegen } from "./Command.ts"

const inSchemas = (path: string): string => fileURLToPath(new URL(`../../schemas/${path}`, import.meta.url))

const { values } = parseArgs({
  options: {
    from: { type: "string" },
    check: { type: "boolean", default: false },
    strict: { type: "boolean", default: false }
  }
})

process.exitCode = await runCodegen({
  snapshot: inSchemas("snapshot/schema-map.json"),
  from: values.from,
  target: inSchemas("src/generated"),
  check: values.check,
  strict: values.strict,
  print: (line) => console.log(line)
})
