/**
 * A row of the conformance table: one thing that the README, the migration page or the protocol page promises, and a
 * program that holds the packed client to it. It gets a service and clients of its own, so rows run side by side.
 */
import { startEmulator, type EmulatorOptions, type RequestEntry, type RunningEmulator } from "@effect-runware/emulator"
import type * as Sdk from "@effect-runware/promise"
import { setTimeout } from "node:timers/promises"
import { expect } from "vitest"

/** The ways to the service. */
export const transports = ["rest", "websocket"] as const

export type Transport = (typeof transports)[number]

/** The packed package, as a program that imports it sees it. */
export type PackedSdk = typeof Sdk

/** What a row runs on. */
export interface Stage {
  readonly transport: Transport
  readonly emulator: RunningEmulator
  readonly sdk: PackedSdk
  /** Every request and frame that the service answered, in order. */
  readonly seen: ReadonlyArray<RequestEntry>
  /** A client of the service on the row's transport, closed when the row ends. Its polls and retries come quickly. */
  readonly client: (config?: Sdk.ClientConfig) => Sdk.RunwareClient
}

/** One row. It holds when `run` resolves. */
export interface Row {
  readonly area: string
  readonly feature: string
  /** Where it applies; everywhere unless stated. */
  readonly on?: Transport
  readonly service?: EmulatorOptions
  readonly run: (stage: Stage) => Promise<void>
}

/** What a row does: alone, or with what it needs. */
export type Program = Row["run"] | Omit<Row, "area" | "feature">

/** The rows of an area. */
export const area = (name: string, rows: Readonly<Record<string, Program>>): ReadonlyArray<Row> =>
  Object.entries(rows).map(([feature, program]) =>
    Object.assign({ area: name, feature }, typeof program === "function" ? { run: program } : program)
  )

/** Runs a row on a transport. */
export const perform = async (row: Row, transport: Transport, sdk: PackedSdk): Promise<void> => {
  const seen: Array<RequestEntry> = []
  await using emulator = await startEmulator({
    timeScale: 0.01,
    ...row.service,
    onRequest: (entry) => void seen.push(entry)
  })
  const clients: Array<Sdk.RunwareClient> = []
  const client = (config: Sdk.ClientConfig = {}) => {
    const made = sdk.createClient({
      apiKey: emulator.apiKey,
      baseUrl: emulator.url,
      transport,
      retryDelay: 20,
      reconnectDelay: 20,
      ...(hasCadence(config) ? {} : { pollDelay: 10, pollInterval: 10, maxPollInterval: 100 }),
      ...config
    })
    clients.push(made)
    return made
  }
  try {
    await row.run({ transport, emulator, sdk, seen, client })
  } finally {
    await Promise.all(clients.map((one) => one.disconnect()))
  }
}

const hasCadence = (config: Sdk.ClientConfig): boolean => config.polling !== undefined

/** An image to ask for. */
export const image = { model: "runware:101@1", positivePrompt: "a lighthouse in fog", width: 512, height: 512 } as const

/** An image that takes a while, in milliseconds of the row's clock at the time scale of rows. */
export const slowImage = (milliseconds: number) =>
  ({ ...image, positivePrompt: `a lighthouse [[slow:${milliseconds * 100}]]` }) as const

/** A text to ask for. */
export const text = {
  model: "deepseek:v4@flash",
  messages: [{ role: "user", content: "Why is the sky blue?" }]
} as const

/** What a promise rejects with, held to what is expected of it. */
export const rejection = async (promise: Promise<unknown>, expected: object): Promise<Sdk.RunwareError> => {
  const outcome = await promise.then(
    (value) => expect.unreachable(`it gave ${JSON.stringify(value)}`),
    (error: unknown) => error
  )
  expect(outcome).toMatchObject(expected)
  // Whatever matches a RunwareError's fields is one: `code` is among what rows expect.
  return outcome as Sdk.RunwareError
}

/** Requests and frames that carried a task type. */
export const carrying = (seen: ReadonlyArray<RequestEntry>, taskType: string): ReadonlyArray<RequestEntry> =>
  seen.filter(({ taskTypes }) => taskTypes.includes(taskType))

/** Waits until something holds, for at most five seconds. `expect.poll` can't: rows that run side by side share its test. */
export const until = async (holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5_000
  while (!holds()) {
    if (performance.now() > deadline) expect.unreachable(`Waited five seconds for ${holds}`)
    await setTimeout(5)
  }
}

/** What JavaScript may pass where the types forbid it. */
export const untyped = (value: unknown): never => value as never

/** A bitmap of one pixel. */
export const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
