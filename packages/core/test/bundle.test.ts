import { assert, describe, it } from "@effect/vitest"
import { build } from "esbuild"
import { execFile } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { gzipSync } from "node:zlib"

const here = fileURLToPath(new URL(".", import.meta.url))
const source = (module: string): string => JSON.stringify(fileURLToPath(new URL(`../src/${module}`, import.meta.url)))

/** What each part looks like in a minified bundle, by words that only it has. */
const marks = {
  ajv: /strictTypes/,
  cfworker: /Unresolved \$ref/,
  effectSchema: /~effect\/Schema/,
  media: /matroska/,
  messages: /can't be given together/,
  schemas: /urn:runware:model:/,
  textStreams: /text\/event-stream/
}

interface File {
  readonly path: string
  readonly text: string
}

const bundle = async (
  program: string,
  splitting = true,
  external: ReadonlyArray<string> = []
): Promise<ReadonlyArray<File>> => {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: here, loader: "ts" },
    bundle: true,
    minify: true,
    splitting,
    format: "esm",
    platform: splitting ? "browser" : "node",
    external: [...external],
    outdir: "out",
    write: false
  })
  return outputFiles
}

const fromStart = /(?:from|import)"\.\/([^"]+)"/g
const atAnyTime = /(?:from|import\(?)"\.\/([^"]+)"/g

/** The files that a program gets to by such references. */
const filesReached = (files: ReadonlyArray<File>, references: RegExp): ReadonlyArray<File> => {
  const reached = new Set<File>()
  const reach = (file: File | undefined): void => {
    if (file === undefined || reached.has(file)) return
    reached.add(file)
    for (const [, name] of file.text.matchAll(references)) reach(files.find(({ path }) => path.endsWith(`/${name}`)))
  }
  reach(files.find(({ path }) => path.endsWith("stdin.js")))
  return [...reached]
}

/** The parts that a program holds in the files that it gets to by such references. */
const partsReached = (files: ReadonlyArray<File>, references: RegExp): ReadonlyArray<string> => {
  const reached = filesReached(files, references)
  return Object.entries(marks).flatMap(([part, mark]) => (reached.some(({ text }) => mark.test(text)) ? [part] : []))
}

const lazy = ["ajv", "cfworker", "media", "messages", "schemas", "textStreams"]

describe("a bundle", () => {
  it("of the usual client starts without engines, messages, schemas, media and text streams, which the first use loads", async () => {
    const files = await bundle(
      `import * as Runware from ${source("Runware.ts")}; console.log(Runware.layerFetch({ validate: true }))`
    )
    assert.deepStrictEqual([partsReached(files, fromStart), partsReached(files, atAnyTime)], [[], lazy])
  })

  it("would be known to hold Effect's Schema", async () => {
    const files = await bundle(`import * as Socket from "effect/socket/Socket"; console.log(Socket.makeWebSocket)`)
    assert.deepStrictEqual(partsReached(files, fromStart), ["effectSchema"])
  })

  it("of a client of own parts without a validator has only media and text streams of them, and those for later", async () => {
    const files = await bundle(
      `import * as Runware from ${source("Runware.ts")}; import * as Validator from ${source("Validator.ts")};
       console.log(Runware.layerWith, Validator.layerNone)`
    )
    assert.deepStrictEqual(
      [partsReached(files, fromStart), partsReached(files, atAnyTime)],
      [[], ["media", "textStreams"]]
    )
  })
})

describe("the core's own code", () => {
  it.each([
    ["a client over both transports", "Runware.layerFetch(), Runware.run", 41_200],
    ["a client of own parts", "Runware.layerWith, Runware.run", 26_900]
  ])("adds to %s no more bytes than it should", async (_, used, budget) => {
    const files = await bundle(`import * as Runware from ${source("Runware.ts")}; console.log(${used})`, true, [
      "effect/*",
      "uuid",
      "leven",
      "@effect-runware/schemas/*"
    ])
    const size = gzipSync(
      filesReached(files, fromStart)
        .map(({ text }) => text)
        .join("\n"),
      { level: 9 }
    ).length
    assert.isAtMost(size, budget)
  })
})

describe("the registry snapshot", () => {
  // In one file: where code is split, esbuild puts what only lazy parts share in a file that the start loads, too.
  const holdsModels = async (program: string) =>
    (await bundle(program, false)).some(({ text }) => text.includes("alibaba:happyhorse@1.0"))

  it("is in a bundle that uses it, and stays out of one with a registry of its own", async () => {
    const client = `import * as Runware from ${source("Runware.ts")}; import { Registry } from ${source("Registry.ts")};
      import * as RestTransport from ${source("RestTransport.ts")}`
    assert.isTrue(await holdsModels(`${client}; console.log(Runware.layerFetch)`))
    assert.isFalse(await holdsModels(`${client}; console.log(Runware.layerWith, RestTransport.layer, Registry)`))
  })
})

describe("a program that may not compile code", () => {
  const program = (engine: string) => `
    import * as Effect from "effect/Effect"
    import * as Layer from "effect/Layer"
    import * as Validator from ${source("Validator.ts")}
    const task = { taskType: "imageInference", taskUUID: "7b1c9d20-5e4f-4a3b-8c2d-000000000001",
      model: "runware:400@2", positivePrompt: "a moth", width: 512, height: 512, steps: 80 }
    Effect.gen(function* () {
      const validator = yield* Validator.Validator
      const error = yield* Effect.flip(validator.validate(task))
      console.log(JSON.stringify(error.validationErrors.map(({ message }) => message)))
    }).pipe(
      Effect.provide(Layer.provide(Validator.layerBundled, Layer.succeed(Validator.Engine, ${JSON.stringify(engine)}))),
      Effect.runPromise
    ).catch((error) => { console.log(String(error)); process.exitCode = 1 })`

  const run = async (engine: string, ...flags: ReadonlyArray<string>): Promise<string> => {
    const [file] = await bundle(program(engine), false)
    const folder = await mkdtemp(join(tmpdir(), "validator-"))
    try {
      const path = join(folder, "program.mjs")
      await writeFile(path, file?.text ?? "")
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, path])
      return stdout.trim()
    } finally {
      await rm(folder, { recursive: true })
    }
  }
  const verdict = '["steps must be between 1 and 50, got 80."]'

  it.each([
    ["auto", "--disallow-code-generation-from-strings"],
    ["cfworker", "--disallow-code-generation-from-strings"],
    ["auto", "--no-warnings"]
  ])("has its tasks checked all the same, also from one file: %s %s", async (engine, flag) => {
    assert.strictEqual(await run(engine, flag), verdict)
  })
})
