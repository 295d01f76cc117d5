/**
 * Strings are never read as files: whatever field of whatever task holds the path of a file that exists, the path itself is
 * sent. Every string that any request schema of the snapshot has is tried, through both front doors.
 */
import { Runware, RunwareConfig, Registry, Transport, Validator } from "@effect-runware/core"
import { createClient, isRunwareError } from "@effect-runware/promise"
import { type JsonSchema, requestSchema, requestTargets } from "@effect-runware/schemas/requests"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, describe, expect, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "runware-paths-"))
const photo = join(folder, "photo.png")
writeFileSync(
  photo,
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64"
  )
)
afterAll(() => rmSync(folder, { recursive: true }))

/** Ways to write a file that exists. */
const paths = [photo, pathToFileURL(photo).href, "package.json"]

/** Values of a schema in which every string that may be any is `path`; alternatives give several. */
const samples = (schema: JsonSchema | boolean | undefined, path: string): ReadonlyArray<unknown> => {
  if (typeof schema !== "object") return schema === false ? [] : [path]
  const { additionalProperties, allOf = [], anyOf = [], items, oneOf = [], properties, type } = schema
  const alternatives = [...anyOf, ...oneOf, ...allOf].flatMap((one) => ("const" in one ? [] : samples(one, path)))
  if ("const" in schema || schema.enum !== undefined) return []
  const types = type === undefined ? [] : [type].flat()
  const own: Array<unknown> = []
  if (types.includes("string")) own.push(path)
  if (types.includes("array") || items !== undefined) own.push(...samples(items, path).map((item) => [item, item]))
  if (properties !== undefined) own.push(...objects(properties, path))
  else if (types.includes("object") && additionalProperties !== false)
    own.push({ any: path, image: [path, { deep: path }] })
  if (types.length === 0 && own.length + alternatives.length === 0) own.push(path)
  return [...own, ...alternatives]
}

/** Objects with all properties that can hold a string, as many as one of them has alternatives. */
const objects = (
  properties: Readonly<Record<string, JsonSchema | boolean>>,
  path: string
): ReadonlyArray<Readonly<Record<string, unknown>>> => {
  const all = Object.entries(properties).flatMap(([name, property]) => {
    const found = samples(property, path)
    return found.length === 0 ? [] : [[name, found] as const]
  })
  const count = Math.max(0, ...all.map(([, found]) => found.length))
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(all.map(([name, found]) => [name, found[index] ?? found[0]]))
  )
}

const countOf = (value: unknown, path: string): number => {
  if (value === path) return 1
  return typeof value === "object" && value !== null
    ? Object.values(value).reduce((sum: number, inner) => sum + countOf(inner, path), 0)
    : 0
}

/** What the client itself checks: these two can't hold a path. */
const uuid = "7b1c9d20-5e4f-4a3b-8c2d-000000000001"
const checked = { taskUUID: uuid, deliveryMethod: "async" }

/** The tasks of a target, each string of theirs a path. */
const tasksOf = (target: string, path: string): ReadonlyArray<Readonly<Record<string, unknown>>> => {
  const { properties = {} } = requestSchema(target) ?? {}
  const { taskType } = properties
  const name = typeof taskType === "object" ? (taskType.const ?? taskType.enum?.[0]) : undefined
  // Any model is sent as it is when its task type comes with it.
  const others = { taskType: name ?? path, ...checked }
  return objects(properties, path).map((task) => Object.assign({ model: path }, task, others))
}

const targets = requestTargets()
const refusal = { code: "invalidParameter", message: "No." }

/** A Promise client of a service that refuses every task; what it sends is kept. */
const refusing = (sent: Array<unknown>) =>
  createClient({
    apiKey: "key",
    transport: "rest",
    dependencies: {
      fetch: async (_, init) => {
        if (init?.method !== "POST") return new Response("{}", { status: 404 })
        sent.push(...JSON.parse(new TextDecoder().decode(init.body as Uint8Array)))
        return Response.json({ errors: [{ ...refusal, taskUUID: uuid }] }, { status: 400 })
      }
    }
  })

describe("a path", () => {
  it.each(paths)("in any field of any task is sent as it is by the Effect client: %s", async (path) => {
    const sent: Array<unknown> = []
    const recording = Layer.succeed(Transport.Transport, {
      kind: "recording",
      exchange: (task) => {
        sent.push(JSON.parse(JSON.stringify(task)))
        return Effect.succeed({ items: [], errors: [refusal] })
      },
      exchangeMany: () => Effect.die("one at a time"),
      stream: Transport.withoutStreams,
      ready: Effect.void,
      connect: Effect.void,
      disconnect: Effect.void,
      status: Effect.succeed<Transport.ConnectionStatus>("ready"),
      statusChanges: Stream.make<[Transport.ConnectionStatus]>("ready")
    })
    const layer = Runware.layerWith.pipe(
      Layer.provide([recording, RunwareConfig.layer({ apiKey: "key" }), Registry.layerBundled, Validator.layerNone])
    )
    const tasks = targets.flatMap((target) => tasksOf(target, path))
    const run = Effect.forEach(tasks, (task) =>
      Effect.result(Runware.run({ ...task, taskType: String(task["taskType"]) }))
    )
    await Effect.runPromise(run.pipe(Effect.provide(layer)))
    expect(sent.map((task) => withoutDelivery(task))).toEqual(tasks.map(withoutDelivery))
    expect(countOf(sent, path)).toBeGreaterThan(3000)
  })

  it.each(paths)("in any field of any task is sent as it is by the Promise client: %s", async (path) => {
    const sent: Array<unknown> = []
    const client = refusing(sent)
    const tasks = targets.flatMap((target) => tasksOf(target, path))
    for (const task of tasks) {
      const error: unknown = await client
        .run({ ...task, taskType: String(task["taskType"]) })
        .catch((cause: unknown) => cause)
      expect(isRunwareError(error) && error.rawCode).toBe("invalidParameter")
    }
    await client.disconnect()
    expect(sent.map(withoutDelivery)).toEqual(tasks.map(withoutDelivery))
    expect(countOf(sent, path)).toBeGreaterThan(3000)
  })

  it("in the utilities of the Promise client is sent as it is", async () => {
    const sent: Array<unknown> = []
    const client = refusing(sent)
    const errors = await Promise.all(
      [
        client.mediaStorage({ operation: "upload", media: photo, taskUUID: uuid }),
        client.imageUpload({ image: photo, taskUUID: uuid }),
        client.modelSearch({ search: photo, taskUUID: uuid })
      ].map((call: Promise<unknown>) => call.catch((cause: unknown) => cause))
    )
    expect(errors.map((error) => isRunwareError(error) && error.rawCode)).toEqual(errors.map(() => "invalidParameter"))
    expect(sent).toEqual([
      { taskType: "mediaStorage", taskUUID: uuid, operation: "upload", media: photo },
      { taskType: "imageUpload", taskUUID: uuid, image: photo },
      { taskType: "modelSearch", taskUUID: uuid, search: photo }
    ])
    await client.disconnect()
  })

  it.each(["taskUUID", "deliveryMethod"])(
    "in %s, which the client checks, is refused, and nothing is sent",
    async (name) => {
      const client = createClient({
        apiKey: "key",
        transport: "rest",
        dependencies: { fetch: () => Promise.reject(new Error("nothing was to be sent")) }
      })
      const error: unknown = await client
        .run({ taskType: "imageInference", model: "civitai:1@1", [name]: photo })
        .catch((cause: unknown) => cause)
      expect(isRunwareError(error) && [error.code, error.parameter, error.submission]).toEqual([
        "validation",
        name,
        "none"
      ])
      await client.disconnect()
    }
  )
})

/** Utilities have no delivery method but the one that a caller insists on. */
const withoutDelivery = (task: unknown): unknown => ({ ...(task as object), deliveryMethod: undefined })
