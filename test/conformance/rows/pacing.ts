/** Options that say how often: polls and the requests they share, retries and their waits, reconnections. */
import { expect } from "vitest"
import { refusing, startRelay, times } from "../relay.ts"
import { area, carrying, image, rejection, slowImage, until, type Row, type Stage } from "../row.ts"

const standard = { polling: "standard", pollDelay: 10, pollInterval: 10, pollFactor: 1 } as const

/** How many polls each request held, where five tasks were polled side by side. */
const companies = async ({ client, seen }: Stage, config: { pollWindow: number; maxPollBatch?: number }) => {
  const one = client({ ...standard, ...config })
  await Promise.all([1, 2, 3, 4, 5].map((seed) => one.run({ ...slowImage(250), seed })))
  return carrying(seen, "getResponse").map(({ taskTypes }) => taskTypes.length)
}

const overloaded = { code: "internalServerError", message: "Something broke." }

export const pacing: ReadonlyArray<Row> = area("pacing", {
  "`pollWindow`: polls that fall due within it share a request": async (stage) => {
    expect(Math.max(...(await companies(stage, { pollWindow: 80 })))).toBe(5)
  },
  "`maxPollBatch` bounds the polls of a request": async (stage) => {
    expect(Math.max(...(await companies(stage, { pollWindow: 80, maxPollBatch: 2 })))).toBe(2)
  },
  "`maxPollRate` bounds the requests of a second": async ({ client, seen }) => {
    const one = client({ ...standard, pollDelay: 1, pollInterval: 1, pollWindow: 0, maxPollRate: 10 })
    const startedAt = performance.now()
    await one.run(slowImage(800))
    // Ten may leave at once.
    const allowed = 10 + ((performance.now() - startedAt) / 1000) * 10
    const polls = carrying(seen, "getResponse").length
    expect(polls).toBeGreaterThan(5)
    expect(polls).toBeLessThanOrEqual(Math.ceil(allowed) + 1)
  },
  "`pollFactor`: polls become rarer": async ({ client, seen }) => {
    await client({ ...standard, pollFactor: 10 }).run(slowImage(500))
    const polls = carrying(seen, "getResponse").length
    expect(polls).toBeGreaterThan(2)
    expect(polls).toBeLessThanOrEqual(5)
  },
  "`maxPollInterval` bounds the gap between polls": async ({ client }) => {
    const one = client({ ...standard, pollInterval: "1 hour", maxPollInterval: 30, timeout: "10 seconds" })
    expect(await one.run(slowImage(200))).toHaveLength(1)
  },
  "`maxRetries: 0` tries once": async ({ client, emulator }) => {
    await using relay = await startRelay(emulator, { request: refusing(503, overloaded) })
    const one = client({ baseUrl: relay.url, maxRetries: 0 })
    await rejection(one.run(image), { code: "serverError", attempts: 1 })
  },
  "`maxRetries`, `retryDelay`, `retryStrategy`: a failure that passes": async ({ client, emulator }) => {
    for (const retryStrategy of ["exponential", "linear"] as const) {
      await using relay = await startRelay(emulator, { request: times(2, "cut") })
      const one = client({ baseUrl: relay.url, maxRetries: 3, retryDelay: 5, retryStrategy })
      expect(await one.run(image)).toHaveLength(1)
      await one.disconnect()
    }
    expect(emulator.stats().tasksBilled).toBe(2)
  },
  "`maxRetryDelay` bounds the wait between retries": async ({ client, emulator }) => {
    await using relay = await startRelay(emulator, { request: times(2, "cut") })
    const one = client({ baseUrl: relay.url, retryDelay: "1 hour", maxRetryDelay: 10, timeout: "10 seconds" })
    expect(await one.run(image)).toHaveLength(1)
    expect(emulator.stats().tasksBilled).toBe(1)
  },
  "`retryBudget: 0` leaves no retry": async ({ client, emulator }) => {
    await using relay = await startRelay(emulator, { request: refusing(503, overloaded) })
    const one = client({ baseUrl: relay.url, retryBudget: 0, maxRetries: 5 })
    await rejection(one.run(image), { code: "serverError", attempts: 1 })
  },
  "`maxRetryAfter` bounds what is waited for": async ({ client, emulator }) => {
    const limit = { code: "rateLimitExceeded", message: "Too fast.", retryAfter: 3600 }
    let refusals = 0
    await using relay = await startRelay(emulator, {
      request: (tasks) => (refusals++ === 0 ? refusing(429, limit)(tasks) : "pass")
    })
    const one = client({ baseUrl: relay.url, maxRetryAfter: 50, timeout: "10 seconds" })
    expect(await one.run(image)).toHaveLength(1)
    expect(emulator.stats()).toMatchObject({ tasksAccepted: 1, tasksBilled: 1 })
  },
  "`reconnectDelay`: the wait before the second reconnection": {
    on: "websocket",
    run: async (stage) => {
      const [, first = 0, second = 0] = await dials(stage, { reconnectDelay: 300 })
      // Half of it is up to chance.
      expect(second - first).toBeGreaterThanOrEqual(150)
    }
  },
  "`maxReconnectDelay` bounds that wait": {
    on: "websocket",
    run: async (stage) => {
      expect(await dials(stage, { reconnectDelay: "1 hour", maxReconnectDelay: 10 })).toHaveLength(3)
    }
  }
})

/** When a client authenticated whose socket was cut, and the next one, too. */
const dials = async ({ client, emulator }: Stage, config: object): Promise<ReadonlyArray<number>> => {
  const authentications: Array<number> = []
  await using relay = await startRelay(emulator, {
    auth: () => (authentications.push(performance.now()) === 2 ? "cut" : "pass")
  })
  const one = client({ baseUrl: relay.url, timeout: "10 seconds", ...config })
  await one.connect()
  emulator.dropSockets()
  await until(() => authentications.length === 3)
  expect(await one.run(image)).toHaveLength(1)
  return authentications
}
