/**
 * The demo, as a stranger runs it.
 */
import { execFile } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import sharp from "sharp"
import { expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const run = promisify(execFile)

it("leaves images of the asked size that differ by seed, streams a text, and says what it did", async () => {
  const folder = mkdtempSync(join(tmpdir(), "demo-"))
  const { RUNWARE_API_KEY: _, ...env } = process.env
  const { stdout } = await run(join(root, "node_modules/.bin/tsx"), [join(root, "examples/src/quickstart.ts")], {
    cwd: folder,
    env
  })
  const names = readdirSync(join(folder, "out")).toSorted()
  const files = names.map((name) => readFileSync(join(folder, "out", name)))
  const sizes = await Promise.all(files.map(async (file) => sharp(file).metadata()))
  rmSync(folder, { recursive: true })

  expect(names).toEqual([
    "rest-seed-11.png",
    "websocket-1-seed-21.png",
    "websocket-2-seed-22.png",
    "websocket-3-seed-23.png"
  ])
  expect(sizes.map(({ format, height, width }) => [format, width, height])).toEqual(names.map(() => ["png", 768, 512]))
  expect(new Set(files.map((file) => file.toString("base64"))).size).toBe(4)
  const [, text] = /REST: 1 text\n+(.+)\n\nmodel/.exec(stdout) ?? []
  expect(text?.split(" ").length).toBeGreaterThan(10)
  for (const word of ["model", "files", "cost", "time", "requests", "runware:101@1", "$0.0"])
    expect(stdout).toContain(word)
})
