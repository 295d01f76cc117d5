/**
 * One program, from the packed package, on each server runtime and on the edge.
 */
import { execFile } from "node:child_process"
import { copyFileSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { build } from "esbuild"
import sharp from "sharp"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import type { Report } from "./programs/program.ts"
import { startWorker, type Worker } from "./workerd.ts"

const run = promisify(execFile)
const project = inject("packedProject")
const binaries = inject("binaries")
const programs = join(import.meta.dirname, "programs")

const report: Report = {
  images: ["PNG 512x384", "PNG 512x384"],
  cutout: "PNG 512x384",
  isTextWhole: true,
  finishReason: "stop",
  refusal: "validation none maskMargin",
  aborted: "aborted none",
  isConnected: true
}

beforeAll(async () => {
  // Where a user would have them: beside the installed packages, which are resolved from there.
  for (const name of readdirSync(programs)) copyFileSync(join(programs, name), join(project, name))
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }))
  // Node 20 reads no TypeScript; the others do.
  await build({
    entryPoints: [join(project, "server.ts")],
    outfile: join(project, "server.js"),
    bundle: true,
    packages: "external",
    format: "esm",
    target: "node20"
  })
})

describe.each([
  ["Node", process.execPath, ["server.js"]],
  ["Bun", binaries.bun, ["--no-install", "server.ts"]],
  ["Deno", binaries.deno, ["run", "--no-remote", "--allow-env", "--allow-net=127.0.0.1", "server.ts"]]
])("on %s", (_, binary, args) => {
  it("does all of it over both transports, says nothing else, and ends by itself", async () => {
    await using emulator = await startEmulator({ timeScale: 0.02 })
    const { stderr, stdout } = await run(binary, args, {
      cwd: project,
      env: { RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url, NO_COLOR: "1" },
      timeout: 30_000
    }).catch((failed: { readonly stdout: string; readonly stderr: string }) => failed)
    expect(stderr).toBe("")
    expect(JSON.parse(stdout)).toEqual({ entry: "index.js", rest: report, websocket: report })
  })
})

describe("on workerd", () => {
  let script: string
  let worker: Worker
  let emulator: RunningEmulator

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(project, "worker.ts")],
      bundle: true,
      format: "esm",
      // As wrangler does.
      conditions: ["workerd", "worker", "browser"],
      target: "es2022",
      write: false
    })
    script = outputFiles[0]?.text ?? ""
    emulator = await startEmulator({ timeScale: 0.02 })
    const bindings = { RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url }
    worker = await startWorker(binaries.workerd, script, bindings)
  })

  afterAll(async () => {
    await worker[Symbol.asyncDispose]()
    await emulator.close()
  })

  it("has a bundle that imports nothing", () => {
    expect(script).not.toMatch(/\bfrom ?["'`][^.]|\b(?:import|require)\(["'`](?:ws|node:)/)
  })

  it("does all of it over both transports", async () => {
    const response = await fetch(`${worker.url}/program`)
    expect(await response.json()).toEqual({ rest: report, websocket: report })
  })

  it("answers with an image", async () => {
    const response = await fetch(`${worker.url}/image`)
    const { format, height, width } = await sharp(await response.arrayBuffer()).metadata()
    expect([response.headers.get("content-type"), format, width, height]).toEqual(["image/jpeg", "jpeg", 512, 384])
  })

  it("passes a text on while it is written", async () => {
    const response = await fetch(`${worker.url}/text`, { method: "POST", body: "Why is the sky blue?" })
    const pieces: Array<Uint8Array> = []
    for await (const piece of response.body ?? []) pieces.push(piece)
    expect(pieces.length).toBeGreaterThan(3)
    expect(Buffer.concat(pieces).toString()).toMatch(/\w/)
  })

  it("has nothing to complain about, and leaves no socket open", () => {
    expect([worker.complaints(), emulator.stats().openSockets]).toEqual(["", 0])
  })
})
