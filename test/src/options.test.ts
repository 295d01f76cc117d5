/**
 * The configuration table of the README: each option is known in both front doors, a misspelt one is refused with the
 * nearest name, and a test gives it to a client to see what it does. The addresses and the deadline of polling are seen here.
 */
import { NodeRunware } from "@effect-runware/node"
import { Content, Runware, RunwareConfig } from "@effect-runware/core"
import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { createClient } from "@effect-runware/promise"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const readme = readFileSync(`${root}README.md`, "utf8")
const [, table = ""] = /## Configuration\n([\s\S]*?)\n## /.exec(readme) ?? []
const options = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name = ""]) => name)

/** What a caller may write, for the options whose kind the name doesn't tell. */
const samples: Readonly<Record<string, unknown>> = {
  apiKey: "key",
  baseUrl: "http://localhost:1",
  restUrl: "http://localhost:1/v1",
  webSocketUrl: "ws://localhost:1/v1",
  schemasUrl: "http://localhost:1",
  contentUrl: "http://localhost:1",
  userAgent: "acme/1.0",
  transformClient: (client: unknown) => client,
  transport: "rest",
  deliveryMethod: "sync",
  validate: true,
  coalesce: true,
  polling: "standard",
  retryStrategy: "linear"
}

const sampleOf = (name: string): unknown => (name in samples ? samples[name] : 7)
const misspelt = (name: string): string => `${name.slice(0, -1)}${name.at(-1) === "x" ? "y" : "x"}`

const core = (given: object) => Effect.runSync(Effect.result(RunwareConfig.make({ apiKey: "key", ...given })))
const promise = (given: object): unknown => {
  try {
    createClient({ apiKey: "key", ...given })
    return undefined
  } catch (error) {
    return error
  }
}

describe.each(options)("%s", (name) => {
  it("is an option of both front doors", () => {
    expect(core({ [name]: sampleOf(name) })).toMatchObject({ _tag: "Success" })
    if (name !== "transformClient") expect(promise({ [name]: sampleOf(name) })).toBeUndefined()
  })

  it("is named when it is misspelt", () => {
    const refusal = {
      code: "validation",
      parameter: misspelt(name),
      message: expect.stringContaining(`Did you mean ${name}?`)
    }
    expect(core({ [misspelt(name)]: sampleOf(name) })).toMatchObject({ _tag: "Failure", failure: refusal })
    expect(promise({ [misspelt(name)]: sampleOf(name) })).toMatchObject(refusal)
  })
})

it("each option is given to a client by a test of what it does", () => {
  const folders = ["core", "node", "promise", "testing"].map((name) => `${root}packages/${name}/test/`)
  const tests = [...folders, `${root}test/src/`].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".test.ts") && file !== "RunwareConfig.test.ts")
      .map((file) => readFileSync(folder + file, "utf8"))
  )
  const isGiven = (name: string) => new RegExp(`\\b${name}\\b(?::|,? })`)
  expect(
    options.filter((name) => !tests.some((text) => isGiven(name).test(text.replace(/samples[\s\S]*?\n}/, ""))))
  ).toEqual([])
  expect(options.length).toBeGreaterThanOrEqual(Object.keys(RunwareConfig.behaviours).length)
})

const lighthouse = { model: "runware:101@1", positivePrompt: "a lighthouse", width: 512, height: 512 } as const

describe.each(["rest", "websocket"] as const)("over %s", (transport) => {
  let emulator: RunningEmulator
  let nobody: string
  beforeAll(async () => {
    emulator = await startEmulator()
    const gone = await startEmulator()
    nobody = gone.url
    await gone.close()
  })
  afterAll(() => emulator.close())

  /** Everything elsewhere, but what one address says. */
  const apart = () => ({
    apiKey: emulator.apiKey,
    transport,
    baseUrl: nobody,
    ...(transport === "rest"
      ? { restUrl: `${emulator.url}/v1` }
      : { webSocketUrl: `${emulator.url.replace("http", "ws")}/v1` }),
    schemasUrl: emulator.url,
    contentUrl: emulator.url,
    maxRetries: 0,
    pollDelay: 5,
    pollInterval: 5
  })

  it("each service has an address of its own", async () => {
    const seen = Effect.gen(function* () {
      const runware = yield* Runware.Runware
      yield* runware.refreshRegistry
      const [image] = yield* runware.run(lighthouse)
      return [image?.taskType, (yield* Content.model("runware:101@1"))?.air]
    }).pipe(Effect.provide(NodeRunware.layer(apart())))
    expect(await Effect.runPromise(seen)).toEqual(["imageInference", "runware:101@1"])
    await using client = createClient(apart())
    await client.refreshRegistry()
    const [image] = await client.run(lighthouse)
    expect([image?.taskType, (await client.content.model("runware:101@1"))?.air]).toEqual([
      "imageInference",
      "runware:101@1"
    ])
    await using lost = createClient({ ...apart(), contentUrl: nobody, schemasUrl: nobody })
    await expect(lost.content.models()).rejects.toMatchObject({ code: "connection" })
    await expect(lost.refreshRegistry()).rejects.toMatchObject({ code: "connection" })
  })

  it("polling ends at its own deadline, and says which it was", async () => {
    const slow = { ...lighthouse, positivePrompt: "a lighthouse [[slow:60000]]" }
    const settings = { apiKey: emulator.apiKey, baseUrl: emulator.url, transport, pollTimeout: 50, pollDelay: 5 }
    const late = { code: "timeout", submission: "accepted", message: expect.stringContaining("pollTimeout") }
    const paced = await startEmulator({ timeScale: 1 })
    const there = { ...settings, apiKey: paced.apiKey, baseUrl: paced.url }
    const error = await Effect.runPromise(Runware.run(slow).pipe(Effect.flip, Effect.provide(NodeRunware.layer(there))))
    expect(error).toMatchObject(late)
    await using client = createClient(there)
    await expect(client.run(slow)).rejects.toMatchObject(late)
    await client.disconnect()
    await paced.close()
  })
})
