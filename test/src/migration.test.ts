/**
 * Programs written for `@runware/sdk` run unchanged: here our packed client stands in its place, under its name.
 */
import { execFile } from "node:child_process"
import { copyFileSync, readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { startEmulator } from "@effect-runware/emulator"
import { transform } from "esbuild"
import { describe, expect, inject, it } from "vitest"

const run = promisify(execFile)
const programs = join(import.meta.dirname, "../migration")
const project = inject("packedProject")
const typescript = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")

const url = /http:\/\/127\.0\.0\.1:\d+\/media\/[0-9a-f-]+\.\w+/.source

/** What each program prints. */
const expected: Readonly<Record<string, string>> = {
  "callbacks.mts": "3 3 true",
  "cancellation.mts": "aborted false",
  "communityModel.mts": url,
  "concurrent.mts": "true 3 3",
  "content.mts": [
    "true 5 true",
    "runware:101@1 null",
    "true 0",
    "runware:101@1 true",
    "true null",
    "true true null"
  ].join("\n"),
  "dependencies.mts": `true ${url}`,
  "errors.mts": "safety false imageInference true true\ntrue timeout true false",
  "files.mts": "true\n200 image/png",
  "firstImage.mts": `${url}\n${url}`,
  "logging.mts": "true string string object true\nfalse",
  "registry.mts": "notFound",
  "rest.mts": `true ${url}`,
  "slug.mts": `${url} true \\d+`,
  "streaming.mts": "true stop true",
  "utilities.mts": [
    "stored 36",
    "deleted delete",
    "image 36",
    "found 3 true",
    "account number",
    "details 1",
    "state 1",
    "model ready true"
  ].join("\n"),
  "validation.mts": "validation outputFormat 1"
}

describe("programs for the official package", () => {
  it("are all here", () => {
    expect(readdirSync(programs).toSorted()).toEqual(Object.keys(expected).toSorted())
  })

  it("compile strictly against our declarations", async () => {
    for (const name of Object.keys(expected)) copyFileSync(join(programs, name), join(project, name))
    const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck"]
    const environment = ["--module", "nodenext", "--target", "es2022", "--lib", "es2023,dom", "--types", "node"]
    const types = ["--typeRoots", join(import.meta.dirname, "../../node_modules/@types")]
    const { stdout } = await run(
      process.execPath,
      [typescript, ...strict, ...environment, ...types, ...Object.keys(expected)],
      { cwd: project }
    ).catch((failed: { stdout: string }) => failed)
    expect(stdout).toBe("")
  })

  it.each(Object.entries(expected))("%s does what it did", async (name, printed) => {
    await using emulator = await startEmulator({ timeScale: 0.02 })
    const { code } = await transform(readFileSync(join(programs, name), "utf8"), { loader: "ts", target: "node20" })
    const { stderr, stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], {
      cwd: project,
      env: { PATH: process.env["PATH"], RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url }
    }).catch((failed: { readonly stdout: string; readonly stderr: string }) => failed)
    expect(stderr).toBe("")
    expect(stdout).toMatch(new RegExp(`^${printed}\n$`))
  })
})
