/**
 * The processes of a bench: one service, and a fresh client for each measurement. All contenders meet the same service,
 * and run plain JavaScript, as users do.
 */
import { type ChildProcess, fork } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import type { Job, Report } from "./client.ts"
import type { Counts, Question } from "./service.ts"

export interface Stage {
  /** Lets a client do a job; gives its report, and what the service counted while it was measured. */
  readonly perform: (job: Omit<Job, "url" | "apiKey" | "build">) => Promise<Report & { readonly counts: Counts }>
  /** When tasks were ready, in their order. */
  readonly readyOf: (taskUUIDs: ReadonlyArray<string>) => Promise<ReadonlyArray<number>>
  readonly close: () => void
}

export interface StageOptions {
  /** Arguments for Node in each client, such as `--cpu-prof`. */
  readonly clientArguments?: ReadonlyArray<string>
  /** The same for the service. */
  readonly serviceArguments?: ReadonlyArray<string>
  /** Another build of the client than the published one. */
  readonly build?: string
}

export const openStage = async ({
  build = builtClient(),
  clientArguments = [],
  serviceArguments = []
}: StageOptions = {}): Promise<Stage> => {
  const folder = fileURLToPath(new URL("../.tsbuild/bench/", import.meta.url))
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL("client.ts", import.meta.url))],
    outdir: folder,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "es2022"
  })
  const service = fork(new URL("./service.ts", import.meta.url), {
    execArgv: ["--import", "tsx", ...serviceArguments]
  })
  const { apiKey, url } = await heard<{ readonly apiKey: string; readonly url: string }>(service)
  const ask = <A>(question: Question): Promise<A> => {
    service.send(question)
    return heard<A>(service)
  }
  return {
    perform: async (job) => {
      const client = fork(`${folder}/client.js`, { execArgv: [...clientArguments] })
      client.send({ ...job, url, apiKey, build } satisfies Job)
      await heard<"warm">(client)
      await ask<Counts>("count")
      client.send("go")
      const report = await heard<Report>(client)
      client.disconnect()
      return { ...report, counts: await ask<Counts>("count") }
    },
    readyOf: (taskUUIDs) => ask<ReadonlyArray<number>>({ readyOf: taskUUIDs }),
    close: () => service.disconnect()
  }
}

/** The next message of a child, which is one of our own files; a child that dies instead is an error. */
const heard = async <A>(child: ChildProcess): Promise<A> => {
  const ended = new AbortController()
  const { signal } = ended
  try {
    const [message] = await Promise.race([
      once(child, "message", { signal }),
      once(child, "exit", { signal }).then(([code]) => {
        throw new Error(`A process of the bench ended with ${code}`)
      })
    ])
    return message as A
  } finally {
    ended.abort()
  }
}

/** The file that Node loads for `@effect-runware/promise` where it is installed. */
const builtClient = (): string => {
  const root = new URL("../../packages/promise/", import.meta.url)
  const manifest: unknown = JSON.parse(readFileSync(new URL("package.json", root), "utf8"))
  const path = ["publishConfig", "exports", "."].reduce(read, manifest)
  const file = new URL(conditional(path), root)
  if (!existsSync(file)) throw new Error(`There is no ${file.pathname}: run \`pnpm build\` first.`)
  return file.href
}

const read = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined

/** What Node takes of conditional exports. */
const conditional = (target: unknown): string => {
  if (typeof target === "string") return target
  for (const condition of ["node", "import", "default"]) {
    const chosen = read(target, condition)
    if (chosen !== undefined) return conditional(chosen)
  }
  throw new Error("Node would find nothing to load.")
}
