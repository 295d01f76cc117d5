/**
 * Every example as its reader runs it: a process of its own, against an emulator over real sockets. What it prints is
 * compared line by line, and what it buys by the emulator's books.
 */
import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { startEmulator } from "@effect-runware/emulator"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const run = promisify(execFile)

/** What it prints is compared: no colours, whatever the terminal of the tests has. */
const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env

const programs = readdirSync(join(root, "examples/src"))
const tests = readdirSync(join(root, "examples/test"))
const named = (file: string) => file.replace(/\.ts$/, "")

interface Example {
  /** Its lines, with what differs from run to run replaced: see `settled`. */
  readonly prints: ReadonlyArray<unknown>
  /** Lines that come in any number, at least once; they are not among `prints`. */
  readonly besides?: RegExp
  /** The first lines may come in any order: so many. */
  readonly unordered?: number
  /** Tasks that the emulator bills. */
  readonly buys: number
  /** What it writes to stderr on purpose. */
  readonly complains?: RegExp
  /** How long tasks take: 1 is lifelike. Default 0.02. */
  readonly timeScale?: number
}

/** What differs from run to run. */
const settled = (text: string): string =>
  text
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+\/media\/[\da-f-]{36}\.(\w+)/g, "<$1>")
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g, "<uuid>")
    .replaceAll(/seed \d+/g, "seed <n>")
    .replaceAll(/\$\d+\.\d+/g, "$<n>")
    .replaceAll(/\d+(\.\d+)? (ms|s|kB)\b/g, "<n> $2")

const cities = ["Hanoi", "Kyoto", "Lisbon", "Nairobi", "Oslo", "Porto", "Quito", "Tunis"]

const concurrent: Example = {
  prints: [
    ...cities.map((city) => `${city.padEnd(8)} <jpg>`),
    "8 posters in <n> s",
    "",
    "drawn    <jpg>",
    expect.stringContaining("refused  validation: 'width' must be a multiple of 16."),
    "drawn    <jpg>"
  ],
  unordered: cities.length,
  buys: 10
}

const curated: Example = {
  prints: ["Generating two images ...", "<webp>  seed <n>  $<n>", "<webp>  seed <n>  $<n>"],
  buys: 1
}

const community: Example = {
  prints: ["Drawing with and without a LoRA ...", "plain   <jpg>", "styled  <jpg>"],
  buys: 2
}

const streaming: Example = {
  prints: [
    expect.stringMatching(/^(\S+ ){10,}\S+\.$/),
    "",
    expect.stringMatching(/^thoughts {2}.*“What makes a good photograph of fog\?”/),
    expect.stringMatching(/^tokens {4}\d+ \(ended by stop\)$/),
    "cost      $<n>"
  ],
  buys: 1
}

const utilities: Example = {
  prints: [
    "ping     <n> ms",
    expect.stringMatching(/^models {3}\S+:\S+@\S+, \S+:\S+@\S+, \S+:\S+@\S+ and \d+ more$/),
    "balance  $<n>, and $<n> after one image",
    'task     success, asked for "a kite"'
  ],
  buys: 1
}

const newest = [
  expect.stringMatching(/^\d+ video models, the newest of them:$/),
  ...Array.from({ length: 3 }, () => expect.stringMatching(/^ {2}.+ \(\S+:\S+@\S+\): From \$<n>, [1-9]\d* examples$/))
]

const imageToImage: Example = {
  prints: ["uploaded as <uuid>", "out/<uuid>.jpg  <n> kB", "out/<uuid>.jpg  <n> kB", "upload deleted"],
  buys: 2
}

const invalid = [
  "validation: steps must be between 1 and 50, got 99.",
  "validation: width must be a multiple of 16 such as 496 or 512, got 500."
]

const examples: Readonly<Record<string, Example>> = {
  "curated-model": curated,
  "curated-model-promise": curated,
  "community-model": community,
  "community-model-promise": community,
  "concurrent-operations": concurrent,
  "concurrent-operations-promise": concurrent,
  callbacks: {
    prints: [
      "accepted  <uuid>",
      ...Array.from({ length: 4 }, () => "image     <jpg>"),
      "done      4 images",
      "run gave  4 images",
      "",
      "first     <jpg>"
    ],
    besides: /^progress {2}\d of 4$/,
    buys: 2
  },
  "callbacks-promise": {
    prints: [...Array.from({ length: 4 }, () => "image     <jpg>"), "done      4 images"],
    besides: /^progress {2}\d of 4$/,
    buys: 1
  },
  cancellation: {
    prints: [
      expect.stringMatching(/^runware:10[01]@1 was interrupted$/),
      expect.stringMatching(/^runware:10[01]@1 was faster$/),
      "",
      "video <uuid> is under way",
      "not there after two seconds: gone to do something else",
      "the same video: <mp4>"
    ],
    buys: 3,
    timeScale: 0.1
  },
  "cancellation-promise": {
    prints: [
      "aborted: submission none",
      "aborted: submission accepted, because Error: The user went elsewhere.",
      "video <uuid> is under way",
      "the same video: <mp4>"
    ],
    buys: 1,
    timeScale: 0.1
  },
  streaming,
  "streaming-promise": streaming,
  utilities,
  "utilities-promise": utilities,
  catalog: {
    prints: [...newest, expect.stringMatching(/^Image models that take LoRAs: (\w[^,]+, ){5}\.\.\.$/)],
    buys: 0
  },
  "catalog-promise": { prints: [...newest, "acme:1@1 is not in the catalog"], buys: 0 },
  "image-to-image": imageToImage,
  "image-to-image-promise": imageToImage,
  "error-handling": {
    prints: [
      ...invalid,
      "notFound: no runware:400@99, using another",
      "drawn: <jpg>",
      "timeout: task <uuid> goes on",
      "fetched: <mp4>"
    ],
    buys: 2,
    timeScale: 0.1
  },
  "error-handling-promise": {
    prints: [
      ...invalid,
      expect.stringContaining("notFound: There is no model 'runware:400@99'."),
      "timeout: task <uuid> goes on",
      "fetched: <mp4>"
    ],
    buys: 1,
    timeScale: 0.1
  },
  "custom-logger": {
    prints: ["The same, by Effect's logger:"],
    besides: /^\{"message":"\w.*"level":"(DEBUG|INFO)".*\}$/,
    buys: 2,
    complains: /^(\d\d:\d\d:\d\d\.\d{3} (send|receive) +\{.*\}\n){4,}$/
  },
  "custom-logger-promise": {
    prints: ["<jpg>"],
    besides: /^ +\d+ (connection|auth|send|receive|poll|registry|callback)$/,
    buys: 1,
    complains: /^callback: onResult failed \{.*A callback that breaks is logged, and harms nothing\..*\}\n$/
  },
  "custom-transport": {
    prints: ["imageInference  <id>  answered after <n> ms", "<jpg>"],
    besides: /^getResponse {5}<id> {2}answered after <n> ms$/,
    buys: 1
  },
  "custom-transport-promise": {
    prints: ["<jpg>"],
    besides: /^(GET \/registry\.json|POST \/v1) {2}200 after <n> ms$/,
    buys: 1
  }
}

/** Those that have a test of their own. */
const elsewhere: Readonly<Record<string, string>> = {
  quickstart: "demo.test.ts",
  observability: "observability.test.ts"
}

describe("the examples", () => {
  it("are all run", () => {
    expect(programs.map(named).toSorted()).toEqual([...Object.keys(examples), ...Object.keys(elsewhere)].toSorted())
    for (const [name, test] of Object.entries(elsewhere)) {
      expect(readFileSync(join(root, "test/src", test), "utf8")).toContain(`examples/src/${name}.ts`)
    }
  })

  it("are all linked from the README", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8")
    const paths = [...programs.map((file) => `examples/src/${file}`), ...tests.map((file) => `examples/test/${file}`)]
    expect(paths.filter((path) => !readme.includes(`](${path})`))).toEqual([])
  })

  it.each(programs)("%s begins with what it shows and how to run it", (file) => {
    const [, opening = ""] = /^\/\*\*\n(.*?)\*\//s.exec(readFileSync(join(root, "examples/src", file), "utf8")) ?? []
    expect(opening.replaceAll(/\s*\n \* ?/g, " ")).toContain(`\`npx -y pnpm@12 tsx examples/src/${file}`)
  })

  it.concurrent.each(Object.entries(examples))("%s prints what it shows", async (name, example) => {
    const folder = mkdtempSync(join(tmpdir(), "example-"))
    await using emulator = await startEmulator({ timeScale: example.timeScale ?? 0.02 })
    const { stderr, stdout } = await run(
      join(root, "node_modules/.bin/tsx"),
      [join(root, "examples/src", `${name}.ts`)],
      {
        cwd: folder,
        env: { ...env, RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url }
      }
    )
    const saved = existsSync(join(folder, "out")) ? readdirSync(join(folder, "out")) : []
    rmSync(folder, { recursive: true })

    const lines = settled(stdout.replace(/\n$/, ""))
      .replaceAll(/^(imageInference {2}|getResponse {5})[\da-f]{8}/gm, "$1<id>")
      .split("\n")
    const { besides, unordered = 0 } = example
    const printed = besides === undefined ? lines : lines.filter((line) => !besides.test(line))
    expect([...printed.slice(0, unordered).toSorted(), ...printed.slice(unordered)]).toEqual(example.prints)
    if (besides !== undefined) expect(printed.length).toBeLessThan(lines.length)
    expect(stderr).toMatch(example.complains ?? /^$/)
    expect(stdout + stderr).not.toContain(emulator.apiKey)
    expect(emulator.stats().tasksBilled).toBe(example.buys)
    expect(saved).toHaveLength(example.prints.filter((line) => String(line).startsWith("out/")).length)
  })
})
