import { createPackageFromTarballData, checkPackage } from "@arethetypeswrong/core"
import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { execFile, execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build as esbuild, transform } from "esbuild"
import { publint } from "publint"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { build } from "../build.ts"
import * as Media from "../src/Media.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const schemas = fileURLToPath(new URL("../../../schemas", import.meta.url))
const typescript = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")

let emulator: RunningEmulator
let project: string
let tarball: string
let installed: string
let sizes: Awaited<ReturnType<typeof build>>

/** Packs a package as it would be published, and unpacks it where a project would have it. */
const install = (folder: string, name: string): string => {
  const pack = ["pack", "--json", "--pack-destination", project]
  const { filename } = JSON.parse(pnpm(pack, folder)) as { readonly filename: string }
  const target = join(project, "node_modules", name)
  mkdirSync(target, { recursive: true })
  execFileSync("tar", ["-xzf", filename, "--strip-components=1", "-C", target])
  return filename
}

/** The pnpm that the workspace asks for. */
const pnpm = (args: ReadonlyArray<string>, cwd: string): string =>
  execFileSync("npx", ["-y", "pnpm@12", ...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })

/** Runs a program of the project's, as `node file.mjs` does. */
const run = async (text: string, env: Readonly<Record<string, string>> = {}, flags: ReadonlyArray<string> = []) => {
  writeFileSync(join(project, "file.mjs"), text)
  const started = performance.now()
  return new Promise<{ code: number | null; stdout: string; stderr: string; milliseconds: number }>((resolve) => {
    const child = execFile(
      process.execPath,
      [...flags, "file.mjs"],
      { cwd: project, env: { PATH: process.env["PATH"], ...env }, timeout: 20_000 },
      (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr, milliseconds: performance.now() - started })
    )
  })
}

const service = () => ({ RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url })

/** Compiles a program of the project's strictly, the declarations of its packages included. */
const compile = (name: string, text: string, module: string) => {
  writeFileSync(join(project, name), text)
  const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"]
  const environment = ["--types", "", "--lib", "es2022,dom", "--target", "es2022", "--module", module]
  execFileSync(process.execPath, [typescript, ...strict, ...environment, name], { cwd: project, stdio: "inherit" })
}

beforeAll(async () => {
  emulator = await startEmulator()
  project = mkdtempSync(join(tmpdir(), "runware-promise-"))
  sizes = await build()
  execFileSync(process.execPath, [typescript, "-b", schemas])
  tarball = install(root, "@effect-runware/promise")
  install(schemas, "@effect-runware/schemas")
  symlinkSync(join(root, "node_modules/ws"), join(project, "node_modules/ws"), "junction")
  installed = join(project, "node_modules/@effect-runware/promise")
}, 90_000)

afterAll(async () => {
  await emulator.close()
  rmSync(project, { recursive: true, force: true })
})

describe("the tarball", () => {
  it("depends on two packages, neither of which is effect", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"))
    expect(Object.keys(manifest.dependencies)).toEqual(["@effect-runware/schemas", "ws"])
    expect(manifest).not.toHaveProperty("peerDependencies")
    expect(JSON.stringify(manifest)).not.toContain("workspace:")
  })

  it("has declarations that know of no Effect and of no other package but the schemas", () => {
    const declarations = readdirSync(join(installed, "dist")).filter((name) => name.endsWith(".d.ts"))
    expect(declarations.toSorted()).toEqual([
      "ClientConfig.d.ts",
      "Content.d.ts",
      "Media.d.ts",
      "RunwareClient.d.ts",
      "RunwareError.d.ts",
      "Task.d.ts",
      "TextParams.d.ts",
      "TextStream.d.ts",
      "clearValidatorCache.d.ts",
      "createClient.d.ts",
      "createContent.d.ts",
      "fileToDataURI.d.ts",
      "index.d.ts",
      "rest.d.ts"
    ])
    for (const name of declarations) {
      const text = readFileSync(join(installed, "dist", name), "utf8").replaceAll(/^ *\*.*$/gm, "")
      const modules = [...text.matchAll(/(?:from|import\(|import) ?"([^"]+)"/g)].map(([, module]) => module)
      const foreign = modules.filter((module) => !/^\.\/|^@effect-runware\/schemas\//.test(module ?? ""))
      expect([name, foreign]).toEqual([name, []])
      expect(text.replaceAll("@effect-runware/", "")).not.toMatch(/\beffect\/|\b(?:Effect|Layer|Stream|Redacted)[.<]/)
    }
  })

  it("imports nothing of Node, and `ws` late", () => {
    const scripts = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" })
    const imported = scripts
      .filter((name) => name.endsWith(".js"))
      .flatMap((name) => {
        const text = readFileSync(join(installed, "dist", name), "utf8")
        return [...text.matchAll(/(?:\bfrom|\bimport(?:\()?) ?["`]([^"`.][^"`]*)["`]/g)].map(([statement]) => statement)
      })
    expect(new Set(imported)).toEqual(new Set([`import("ws"`]))
  })

  it("prints an error that nobody caught by its name, its words, and little else", async () => {
    const { code, stderr } = await run(
      `import { createClient } from "@effect-runware/promise"
       await createClient({ apiKey: "key", transport: "rest" }).run({})`
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/^RunwareError: Parameters need a `model`/m)
    expect(stderr.length).toBeLessThan(3000)
  })

  it("has no fault that publint knows", async () => {
    const { messages } = await publint({ pack: { tarball: bytes(tarball) }, strict: true })
    expect(messages).toEqual([])
  })

  it("resolves with its types wherever ES modules do", async () => {
    const { problems = [] } = (await checkPackage(createPackageFromTarballData(new Uint8Array(bytes(tarball))))) as {
      readonly problems?: ReadonlyArray<{ readonly kind: string; readonly resolutionKind?: string }>
    }
    // The package is ESM only: TypeScript's `node10` can't see `exports`, and `require` gets a module.
    const expected = new Set(["node10", "node16-cjs"])
    expect(problems.filter(({ resolutionKind }) => !expected.has(resolutionKind ?? ""))).toEqual([])
  })

  it("has types that a strict program compiles with, library checks included", () => {
    const program = `import { createClient, isRunwareError, type RunwareClient } from "@effect-runware/promise"
      const client: RunwareClient = createClient({ apiKey: "key", timeout: "30 seconds" })
      export const url: Promise<string | undefined> = client
        .run(
          { model: "runware:101@1", positivePrompt: "fog", width: 512, height: 512 },
          { onProgress: ({ completed }) => completed, onResult: ({ seed }) => seed }
        )
        .then(([image]) => image?.imageURL)
      // @ts-expect-error a parameter is missing
      export const refused = client.run({ model: "runware:101@1", positivePrompt: "fog", width: 512 })
      export const outcome = await client.runAs("sdxl", { model: "civitai:1@2", positivePrompt: "fog", width: 512, height: 512 }, { partial: true })
      export const data: string | undefined = outcome[0]?.status === "success" ? outcome[0].result.imageURL : undefined
      url.catch((error: unknown) => (isRunwareError(error) ? error.submission : undefined))
      export const body = new Response(client.stream({ model: "google:gemini@3.5-flash", messages: [{ role: "user", content: "fog?" }] }).toReadableStream())
      await using other = createClient()`
    for (const module of ["nodenext", "preserve"]) compile("program.mts", program, module)
  })
})

/** Every script of an entry, whenever it is loaded. */
const scriptsOf = (entry: string): string => {
  const folder = join(installed, "dist", entry)
  const names = readdirSync(folder).filter((name) => name.endsWith(".js"))
  return [`${folder}.js`, ...names.map((name) => join(folder, name))]
    .map((path) => readFileSync(path, "utf8"))
    .join("\n")
}

const image = `{ model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 }`

describe("an entry", () => {
  const specifiers = { ".": "@effect-runware/promise", "./rest": "@effect-runware/promise/rest" }

  it.each([
    [".", [], "index.js"],
    [".", ["browser"], "web.js"],
    [".", ["workerd"], "web.js"],
    [".", ["edge-light"], "web.js"],
    ["./rest", [], "rest.js"],
    ["./rest", ["workerd"], "rest.js"]
  ] as const)("%s under the conditions %j is %s, and makes an image", async (entry, conditions, file) => {
    const { code, stderr, stdout } = await run(
      `// By its path: under these conditions its name leads to what it has for browsers.
       import * as ws from "./node_modules/ws/wrapper.mjs"
       globalThis.WebSocket ??= ws.WebSocket
       const entry = "${specifiers[entry]}"
       const { createClient } = await import(entry)
       const client = createClient({ pollDelay: 10 })
       const images = await client.run(${image})
       await client.disconnect()
       console.log(import.meta.resolve(entry).split("/").at(-1), images.length)`,
      service(),
      conditions.map((condition) => `--conditions=${condition}`)
    )
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: `${file} 1\n` })
  })

  it("has the same exports in every form", async () => {
    const { stdout } = await run(
      `const names = async (file) => Object.keys(await import("./node_modules/@effect-runware/promise/dist/" + file)).join()
       const [index, web, rest] = [await names("index.js"), await names("web.js"), await names("rest.js")]
       console.log(index.includes("createClient"), web === index, rest === index)`
    )
    expect(stdout).toBe("true true true\n")
  })

  it("has what its sources export of a namespace, for nobody to change", async () => {
    const { stdout } = await run(
      `import { Media } from "@effect-runware/promise"
       console.log(JSON.stringify(Object.keys(Media).toSorted()), Object.isFrozen(Media))`
    )
    expect(stdout).toBe(`${JSON.stringify(Object.keys(Media).toSorted())} true\n`)
  })

  it.each(["index", "web", "rest"] as const)("%s is one file behind its names", (entry) => {
    const names = readFileSync(join(installed, "dist", `${entry}.js`), "utf8")
    expect(names.length).toBeLessThan(500)
    expect([...names.matchAll(/from\s*"([^"]+)"/g)].map(([, path]) => path)).toEqual([
      expect.stringMatching(new RegExp(`^\\./${entry}/client-.*\\.js$`))
    ])
  })

  it("for browsers and workers knows of no `ws`, and REST of no socket at all", () => {
    expect(scriptsOf("index")).toMatch(/import\("ws"\)/)
    expect(scriptsOf("web")).not.toMatch(/import\("ws"\)/)
    for (const word of [/globalThis\.WebSocket/, /connectionSessionUUID:/, /sign of life/]) {
      expect(scriptsOf("web")).toMatch(word)
      expect(scriptsOf("rest")).not.toMatch(word)
    }
    expect(scriptsOf("rest")).not.toMatch(/import\("ws"\)/)
  })

  it("of REST alone says so to who asks for more", async () => {
    const { stdout } = await run(
      `import { createClient } from "@effect-runware/promise/rest"
       try { createClient({ apiKey: "key", transport: "websocket" }) } catch (error) { console.log(error.code, error.parameter) }
       console.log(createClient({ apiKey: "key", transport: "rest" }).status)`
    )
    expect(stdout).toBe("validation transport\nready\n")
  })

  it("can be bundled for browsers, in one file", async () => {
    const { outputFiles } = await esbuild({
      stdin: { contents: `export * from "@effect-runware/promise"`, resolveDir: project },
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false
    })
    expect(outputFiles[0]?.text).not.toMatch(/\bfrom ?"|\brequire\("(?:ws|node:)/)
  })

  it("has stack traces with the names of the sources", async () => {
    const { stdout } = await run(
      `import { createClient } from "@effect-runware/promise"
       try { createClient({ apiKey: "key", transpot: "rest" }) } catch (error) { console.log(error.stack) }`,
      {},
      ["--enable-source-maps"]
    )
    expect(stdout).toMatch(/at checkOptions \(.*core\/src\/internal\/options\.ts:\d+:\d+\)/)
  })

  it("stays small", () => {
    // Bytes after gzip. What is measured, and what holds it: docs/performance.md.
    const budgets = { index: 49_800, web: 49_600, rest: 42_000 }
    for (const entry of ["index", "web", "rest"] as const) expect(sizes[entry].gzip).toBeLessThan(budgets[entry])
  })
})

describe("the README", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8")
  const programs = [...readme.matchAll(/^```ts run\n(.*?)^```/gms)].map(([, text = ""]) => text)

  it("has programs", () => {
    expect(programs.length).toBeGreaterThan(3)
  })

  it.each([...programs.entries()])("shows a program that compiles and runs (%i)", async (_, text) => {
    compile("readme.mts", text, "nodenext")
    const { code: javascript } = await transform(text, { loader: "ts", target: "node20" })
    const { code, stderr, stdout } = await run(javascript, service())
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout).not.toBe("")
  })
})

describe("as `node file.mjs`", () => {
  it.each(["rest", "websocket"])("makes images over %s, and exits by itself after disconnect", async (transport) => {
    const { code, stderr, stdout } = await run(
      `import { createClient } from "@effect-runware/promise"
       const client = await createClient({ transport: ${JSON.stringify(transport)}, pollDelay: 10 })
       const images = await client.run({
         model: "runware:101@1", positivePrompt: "a lighthouse in fog", width: 512, height: 512, numberResults: 2
       })
       const image = await (await fetch(images[0].imageURL)).blob()
       console.log(images.length, image.type)
       await client.disconnect()
       const disconnected = performance.now()
       process.on("exit", () => console.log(performance.now() - disconnected < 2000))`,
      service()
    )
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: "2 image/jpeg\ntrue\n" })
  })

  it("reads and saves files", async () => {
    const { code, stderr, stdout } = await run(
      `import { createClient, fileToDataURI, Media } from "@effect-runware/promise"
       const client = createClient({ transport: "rest", pollDelay: 10 })
       const images = await client.run({
         model: "runware:101@1", positivePrompt: "a lighthouse in fog", width: 64 * 8, height: 512, outputFormat: "PNG"
       })
       const [{ path, size }] = await Media.download(images, "saved")
       const uri = await fileToDataURI(path)
       console.log(path === "saved/" + images[0].imageUUID + ".png", uri.slice(0, 22), uri.length > size)
       console.log((await fileToDataURI("no.png").catch((error) => error)).rawCode)`,
      service()
    )
    expect({ code, stderr, stdout }).toEqual({
      code: 0,
      stderr: "",
      stdout: "true data:image/png;base64, true\nfileNotFound\n"
    })
  })

  it("streams a text, and exits by itself after disconnect", async () => {
    const { code, stderr, stdout } = await run(
      `import { createClient } from "@effect-runware/promise"
       const client = createClient({ transport: "rest" })
       const stream = client.stream({
         model: "google:gemini@3.5-flash",
         messages: [{ role: "user", content: "Why is the sky blue?" }],
         includeUsage: true
       })
       let text = ""
       for await (const piece of stream.textStream) text += piece
       const { finishReason, text: whole, usage } = await stream.result()
       console.log(text !== "" && text === whole, finishReason, usage.completionTokens > 0)
       console.log((await new Response(stream.toReadableStream()).text()) === text)
       await client.disconnect()`,
      service()
    )
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: "true stop true\ntrue\n" })
  })

  it("exits by itself after an error, which says what to do", async () => {
    const { code, milliseconds, stderr, stdout } = await run(
      `import { createClient, RunwareError } from "@effect-runware/promise"
       const client = createClient()
       const error = await client.run({ model: "runware:101@1", positivePrompt: "x" }).catch((error) => error)
       console.log(error instanceof RunwareError, error.name, error.code, error.message.includes("RUNWARE_API_KEY"))`,
      { ...service(), RUNWARE_API_KEY: "not-the-key" }
    )
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: "true RunwareError auth true\n" })
    expect(milliseconds).toBeLessThan(5000)
  })

  it("exits by itself after a call that was aborted, wherever that was", async () => {
    const { code, milliseconds, stderr, stdout } = await run(
      `import { createClient } from "@effect-runware/promise"
       const image = { model: "runware:101@1", positivePrompt: "x", width: 512, height: 512 }
       const words = (error) => error.code + " " + error.submission
       for (const transport of ["rest", "websocket"]) {
         const controller = new AbortController()
         const logSink = ({ category }) => category === "poll" && controller.abort()
         const client = createClient({ transport, logSink, pollDelay: 10 })
         console.log(await client.run(image, { signal: AbortSignal.abort() }).catch(words))
         console.log(await client.run(image, { signal: controller.signal }).catch(words))
         await client.disconnect()
       }`,
      service()
    )
    expect({ code, stderr, stdout }).toEqual({
      code: 0,
      stderr: "",
      stdout: "aborted none\naborted accepted\n".repeat(2)
    })
    expect(milliseconds).toBeLessThan(5000)
    expect(emulator.stats().openSockets).toBe(0)
  })

  it("closes the request of a sync call that takes too long, or that is aborted, and exits", async () => {
    const { code, milliseconds, stderr, stdout } = await run(
      `import { createClient } from "@effect-runware/promise"
       const image = {
         taskType: "imageInference", model: "runware:101@1", positivePrompt: "x", width: 512, height: 512,
         deliveryMethod: "sync"
       }
       const fetch = (url, { signal }) =>
         new Promise((_, fail) =>
           signal.addEventListener("abort", () => {
             console.log("closed")
             fail(signal.reason)
           })
         )
       const client = createClient({ transport: "rest", dependencies: { fetch } })
       const words = ({ code, message, submission }) => [code, submission, message.replace(host, "it").split(". ")[0]].join(", ")
       const host = new URL(process.env.RUNWARE_BASE_URL).host
       console.log(await client.run(image, { timeout: 50 }).catch(words))
       console.log(await client.run(image, { signal: AbortSignal.timeout(50) }).catch(words))
       const closing = client.run(image).catch(words)
       await client.disconnect()
       console.log(await closing)
       const refusing = createClient({
         transport: "rest", maxRetries: 0, dependencies: { fetch: () => { throw new Error("ECONNREFUSED") } }
       })
       console.log(await refusing.run(image).catch(words))`,
      service()
    )
    expect({ code, stderr, lines: stdout.split("\n") }).toEqual({
      code: 0,
      stderr: "",
      lines: [
        "closed",
        "timeout, unknown, Waited 50ms for the whole call (option `timeout`)",
        "closed",
        "timeout, unknown, The call was given up: its signal timed out",
        "closed",
        "connection, unknown, The client is disconnected",
        "connection, none, it could not be reached or did not answer in full: ECONNREFUSED",
        ""
      ]
    })
    expect(milliseconds).toBeLessThan(5000)
  })

  it("validates, with the schemas of the service and with those it brings", async () => {
    const { stderr, stdout } = await run(
      `import { clearValidatorCache, createClient } from "@effect-runware/promise"
       const image = { model: "runware:101@1", positivePrompt: "x", width: 512, height: 512 }
       let asked = 0
       const dependencies = {
         fetch: (url, init) => {
           if (new URL(url).pathname.startsWith("/resolve")) asked++
           return fetch(url, init)
         }
       }
       const words = (error) => error.validationErrors.map(({ path, rule }) => path + " " + rule).join()
       const live = createClient({ transport: "rest", validate: true, dependencies })
       console.log(await live.run({ ...image, maskMargin: 7 }).catch(words), asked)
       clearValidatorCache()
       console.log(await live.run({ ...image, stepz: 7 }).catch(words), asked)
       const offline = createClient({ transport: "rest", pollDelay: 10, schemasUrl: "http://127.0.0.1:1" })
       console.log(await offline.run({ ...image, maskMargin: 7 }, { validate: true }).catch(words))
       console.log((await offline.run(image)).length)`,
      service()
    )
    expect({ stderr, stdout }).toEqual({
      stderr: "",
      stdout: "maskMargin minimum 1\nstepz additionalProperties 2\nmaskMargin minimum\n1\n"
    })
  })

  it("needs `ws` for WebSocket only, and says so", async () => {
    rmSync(join(project, "node_modules/ws"))
    const { stderr, stdout } = await run(
      `import { createClient } from "@effect-runware/promise"
       const image = { model: "runware:101@1", positivePrompt: "x", width: 512, height: 512 }
       const images = await createClient({ transport: "rest", pollDelay: 10 }).run(image)
       const error = await createClient().run(image).catch((error) => error)
       console.log(images.length, error.code, error.rawCode, error.message.includes('transport: "rest"'))`,
      service()
    )
    expect({ stderr, stdout }).toEqual({ stderr: "", stdout: "1 connection noWebSocketImpl true\n" })
  })
})

const bytes = (path: string): ArrayBuffer => Uint8Array.from(readFileSync(path)).buffer
