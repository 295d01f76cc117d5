import type { WireItem } from "@effect-runware/core/Protocol"
import { assert, describe, it } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, vi } from "vitest"
import { startEmulator, type RunningEmulator } from "../src/index.ts"
import { picture, post } from "./client.ts"
import { drive, image, uuid } from "./fixtures.ts"
import { ask, assertUtilityResults, transports } from "./transports.ts"

const day = 24 * 3_600_000

const account = (operation: unknown, parameters: Readonly<Record<string, unknown>> = {}) => ({
  taskType: "accountManagement",
  taskUUID: randomUUID(),
  operation,
  ...parameters
})

let emulator: RunningEmulator
/** What was paid for each of the tasks that ran. */
const costs: Array<number> = []
/** The day on which everything here happens: its noon begins with the tests, so that no midnight comes between. */
const today = "2026-03-02"

beforeAll(async () => {
  const ahead = Date.parse(`${today}T12:00:00Z`) - Date.now()
  const { now } = Date
  vi.spyOn(Date, "now").mockImplementation(() => now() + ahead)
  emulator = await startEmulator({ seed: "account", balance: 5 })
  for (const model of ["runware:101@1", "bfl-flux-1-dev", "runware:400@2"]) {
    const { data } = await post(emulator, [picture({ model, includeCost: true, numberResults: 2 })])
    costs.push(...data.map(({ cost = 0 }) => cost))
  }
  await post(emulator, [picture({ positivePrompt: "[[fail:inferenceError]] a boat" })])
  await post(emulator, [picture({ positivePrompt: "[[fail:invalidProviderContent]] a boat" })])
  await post(emulator, [picture({ steps: "many" }), picture({ model: "runware:none@1" })])
})
afterAll(async () => {
  await emulator.close()
  vi.restoreAllMocks()
})

const total = (values: ReadonlyArray<number>) => Math.round(1e6 * values.reduce((sum, value) => sum + value, 0)) / 1e6

const only = (data: ReadonlyArray<WireItem>) => {
  assertUtilityResults("accountManagement", data)
  assert.strictEqual(data.length, 1)
  return data[0] ?? {}
}

describe.each(transports)("the account over %s", (transport) => {
  it("tells its balance, which falls by what was paid, and its use", async () => {
    assert.strictEqual(costs.length, 6)
    const task = account("getDetails")
    const details = only((await ask(emulator, transport, [task])).data)
    const [key] = (details["apiKeys"] ?? []) as ReadonlyArray<Readonly<Record<string, unknown>>>
    const used = { credits: total(costs), requests: 5 }
    assert.strictEqual(emulator.stats().balance, total([5, -total(costs)]))
    assert.deepStrictEqual(details, {
      taskType: "accountManagement",
      taskUUID: task.taskUUID,
      operation: "getDetails",
      organizationName: "Emulated Organization",
      organizationUUID: details["organizationUUID"],
      balance: { amount: total([5, -total(costs)]), currency: "USD" },
      team: [
        { name: "Emulated Owner", email: "owner@emulator.example", roles: ["Owner"], joinedAt: key?.["createdAt"] }
      ],
      apiKeys: [
        {
          apiKey: "rw_****_key",
          apiKeyUUID: key?.["apiKeyUUID"],
          name: "Emulated key",
          enabled: true,
          createdAt: key?.["createdAt"],
          lastUsedAt: key?.["lastUsedAt"],
          requests: 5
        }
      ],
      usage: { today: used, last7Days: used, last30Days: used, total: used }
    })
    assert.notInclude(JSON.stringify(details), emulator.apiKey)
    assert.isAtLeast(Date.parse(String(key?.["lastUsedAt"])), Date.parse(String(key?.["createdAt"])))
  })

  it("tells what was done, by day, model and key", async () => {
    const details = only((await ask(emulator, transport, [account("getDetails")])).data)
    const [{ apiKeyUUID } = {}] = (details["apiKeys"] ?? []) as ReadonlyArray<{ readonly apiKeyUUID?: string }>
    const groupBy = ["date", "model", "apiKey"]
    const task = account("getUsageActivity", { startDate: today, endDate: today, groupBy, apiKeys: [apiKeyUUID] })
    const spend = total(costs)
    const meta = {
      totalRequests: 5,
      totalResults: 6,
      totalSpend: spend,
      avgDailySpend: spend,
      projectedSpend: total([30 * spend])
    }
    assert.deepStrictEqual(only((await ask(emulator, transport, [task])).data), {
      taskType: "accountManagement",
      taskUUID: task.taskUUID,
      operation: "getUsageActivity",
      startDate: today,
      endDate: today,
      usage: {
        timeseries: { data: [{ date: today, count: 5, spend }], meta },
        model: {
          data: [
            { model: "runware:101@1", modelName: "Flux 1 Dev", count: 4, spend: total(costs.slice(0, 4)) },
            { model: "runware:400@2", modelName: "Flux 2 Klein 9B", count: 1, spend: total(costs.slice(4)) },
            { model: "runware:none@1", count: 0, spend: 0 }
          ],
          meta
        },
        apiKey: { data: [{ apiKey: apiKeyUUID, count: 5, spend }], meta }
      }
    })
    const others = account("getUsageActivity", { apiKeys: [randomUUID()], groupBy: ["apiKey"] })
    assert.deepNestedInclude(only((await ask(emulator, transport, [others])).data), { "usage.apiKey.data": [] })
    const one = account("getUsageActivity", { models: ["bfl-flux-1-dev"], startDate: today })
    assert.deepNestedInclude(only((await ask(emulator, transport, [one])).data), {
      "usage.timeseries.meta.totalResults": 4
    })
  })

  it("tells what went wrong, and by whose fault", async () => {
    const task = account("getUsageErrors", { startDate: today, endDate: today })
    assert.deepStrictEqual(only((await ask(emulator, transport, [task])).data), {
      taskType: "accountManagement",
      taskUUID: task.taskUUID,
      operation: "getUsageErrors",
      startDate: today,
      endDate: today,
      usage: {
        timeseries: {
          data: [{ date: today, clientErrors: 3, serverErrors: 1 }],
          meta: { totalErrors: 4, errorRate: 40 }
        }
      }
    })
  })

  it("tells how long results took", async () => {
    const task = account("getUsagePerformance", { startDate: today, groupBy: ["model"], models: ["runware:101@1"] })
    const figures = { avgInferenceTime: 0, p90InferenceTime: 0, p99InferenceTime: 0 }
    assert.deepStrictEqual(only((await ask(emulator, transport, [task])).data), {
      taskType: "accountManagement",
      taskUUID: task.taskUUID,
      operation: "getUsagePerformance",
      startDate: today,
      endDate: today,
      usage: {
        model: {
          data: [{ model: "runware:101@1", modelName: "Flux 1 Dev", ...figures }],
          meta: { ...figures, p50InferenceTime: 0 }
        }
      }
    })
  })
})

describe("usage over time", () => {
  /** A service whose time is that of the test: a task of 2 s at noon UTC of each day, then one of 10 s. */
  const used = () => {
    const service = drive()
    for (let each = 0; each < 10; each++) {
      const seconds = each < 9 ? 2 : 10
      service.post(each * day + day / 2, [image(each, { positivePrompt: `[[slow:${seconds * 1000}]] a boat` })])
    }
    service.tick(10 * day)
    return service
  }
  const payload = (service: ReturnType<typeof drive>, at: number, task: unknown) =>
    service.post(at, [task])?.payload.data?.[0] ?? {}

  it("is cut into the days of a time zone", () => {
    const service = used()
    const activity = account("getUsageActivity", { startDate: "1970-01-01", endDate: "1970-01-04" })
    const counts = (timezone: string | undefined) => {
      const { usage } = payload(service, 10 * day, { ...activity, timezone, taskUUID: randomUUID() })
      const { timeseries } = usage as { timeseries: { data: ReadonlyArray<{ date: string; count: number }> } }
      return timeseries.data.map(({ count, date }) => `${date}: ${count}`)
    }
    const inUTC = ["1970-01-01: 1", "1970-01-02: 1", "1970-01-03: 1", "1970-01-04: 1"]
    assert.deepStrictEqual(counts(undefined), inUTC)
    assert.deepStrictEqual(counts("America/New_York"), inUTC)
    // Noon in UTC was midnight in Auckland: the next day.
    assert.deepStrictEqual(counts("Pacific/Auckland"), [
      "1970-01-01: 0",
      "1970-01-02: 1",
      "1970-01-03: 1",
      "1970-01-04: 1"
    ])
  })

  it("has averages and percentiles of what results really took", () => {
    const { usage } = payload(used(), 10 * day, account("getUsagePerformance", { endDate: "1970-01-10" }))
    const { timeseries } = usage as { timeseries: { data: ReadonlyArray<WireItem>; meta: WireItem } }
    assert.deepStrictEqual(timeseries.meta, {
      avgInferenceTime: 2.8,
      p50InferenceTime: 2,
      p90InferenceTime: 2,
      p99InferenceTime: 10
    })
    const none = { avgInferenceTime: null, p90InferenceTime: null, p99InferenceTime: null }
    assert.strictEqual(timeseries.data.length, 30)
    assert.deepStrictEqual(timeseries.data[0], { date: "1969-12-12", ...none })
    assert.deepStrictEqual(timeseries.data.at(-1), {
      date: "1970-01-10",
      avgInferenceTime: 10,
      p90InferenceTime: 10,
      p99InferenceTime: 10
    })
  })

  it("is today's, the week's, the month's and all", () => {
    const service = used()
    const requests = (at: number) => {
      const { usage } = payload(service, at, account("getDetails"))
      return Object.values(usage as Record<string, { requests: number }>).map((each) => each.requests)
    }
    assert.deepStrictEqual(requests(9.9 * day), [1, 7, 10, 10])
    assert.deepStrictEqual(requests(35 * day), [0, 0, 4, 10])
  })
})

describe("questions about the account that can't be answered are refused, by code and parameter", () => {
  const usage = (parameters: Readonly<Record<string, unknown>>) => account("getUsageActivity", parameters)
  it.each<readonly [string, Readonly<Record<string, unknown>>, string, string, RegExp]>([
    ["no operation", account(undefined), "missingOperation", "operation", /Missing/],
    ["another operation", account("getBalance"), "unsupportedOperation", "operation", /getDetails/],
    [
      "an end before the start",
      usage({ startDate: "2026-03-02", endDate: "2026-03-01" }),
      "invalidEndDate",
      "endDate",
      /2026-03-02/
    ],
    [
      "more than 30 days",
      usage({ startDate: "2026-03-01", endDate: "2026-04-01" }),
      "invalidEndDate",
      "endDate",
      /30 days/
    ],
    ["no day of the calendar", usage({ startDate: "2026-02-30" }), "invalidStartDate", "startDate", /calendar/],
    ["another form", usage({ endDate: "1 March 2026" }), "invalidEndDate", "endDate", /2026-07-01/],
    ["a date that is a number", usage({ startDate: 20260301 }), "invalidStartDate", "startDate", /string/],
    ["an unknown time zone", usage({ timezone: "Europe/Atlantis" }), "invalidTimezone", "timezone", /Europe\/Berlin/],
    ["an unknown group", usage({ groupBy: ["week"] }), "unsupportedGroupBy", "groupBy.0", /date/],
    ["models as text", usage({ models: "runware:101@1" }), "invalidModels", "models", /array/],
    [
      "a key instead of its UUID",
      usage({ apiKeys: ["rw_emulator_test_key"] }),
      "invalidApiKeys",
      "apiKeys.0",
      /getDetails/
    ],
    ["an unknown parameter", usage({ month: 3 }), "unknownParameter", "month", /month/],
    ["a time zone of getDetails", account("getDetails", { timezone: "x" }), "invalidTimezone", "timezone", /Berlin/],
    ["no taskUUID", { ...account("getDetails"), taskUUID: undefined }, "missingTaskUUID", "taskUUID", /Missing/]
  ])("%s", async (_name, task, code, parameter, hint) => {
    const { errors, status } = await post(emulator, [task])
    assert.strictEqual(status, 400)
    assert.deepStrictEqual(
      errors.map((error) => ({ code: error.code, parameter: error.parameter })),
      [{ code, parameter }]
    )
    assert.match(String(errors[0]?.message), hint)
    assert.notInclude(JSON.stringify(errors), emulator.apiKey)
  })

  it("takes a period of exactly 30 days", async () => {
    const task = usage({ startDate: "2026-03-01", endDate: "2026-03-31" })
    assert.deepStrictEqual((await post(emulator, [task])).errors, [])
  })
})

describe("the archive", () => {
  const details = (n: number) => ({ taskType: "getTaskDetails", taskUUID: uuid(n) })
  const item = (n: number, request: unknown, response: unknown) => ({
    taskType: "getTaskDetails",
    taskUUID: uuid(n),
    request: [request],
    response
  })

  it.each(transports)(
    "has results, failures, refusals and utilities as they were sent and answered (%s)",
    async (transport) => {
      const uuids = Array.from({ length: 5 }, () => randomUUID())
      const [done, failed, refused, searched, stored] = uuids
      const requests = [
        picture({ taskUUID: done, model: "bfl-flux-1-dev" }),
        picture({ taskUUID: failed, positivePrompt: "[[fail:inferenceError]] a boat" }),
        picture({ taskUUID: refused, steps: "many" }),
        { taskType: "modelSearch", taskUUID: searched, search: "klein", source: "official" },
        { taskType: "mediaStorage", taskUUID: stored, operation: "upload", media: "./cat.png" }
      ]
      for (const request of requests) {
        const { data, errors } = await ask(emulator, transport, [request])
        const taskUUID = String(request.taskUUID)
        const archived = await ask(emulator, transport, [{ taskType: "getTaskDetails", taskUUID }])
        assertUtilityResults("getTaskDetails", archived.data)
        const response = errors.length > 0 ? { errors } : { data }
        assert.deepStrictEqual(archived.data, [{ taskType: "getTaskDetails", taskUUID, request: [request], response }])
      }
    }
  )

  it("has the last answer: that to a task which was sent again, until its results come", () => {
    const service = drive()
    const task = image(1, { deliveryMethod: "async", positivePrompt: "[[slow:5000]] a boat" })
    service.post(0, [task])
    assert.deepStrictEqual(service.post(1, [details(1)])?.payload.data, [item(1, task, { data: [] })])
    const { errors } = service.post(2, [image(1)])?.payload ?? {}
    assert.strictEqual(errors?.[0]?.code, "conflictTaskUUID")
    assert.deepStrictEqual(service.post(3, [details(1)])?.payload.data, [item(1, task, { errors })])
    const { data = [] } = service.post(6000, [{ taskType: "getResponse", taskUUID: uuid(1) }])?.payload ?? {}
    const [{ status: _status, ...result } = {}] = data
    assert.deepStrictEqual(service.post(6000, [details(1)])?.payload.data, [item(1, task, { data: [result] })])
  })

  it("lets what only reads be asked again under one taskUUID, and what writes not (C37)", () => {
    const service = drive()
    const search = { taskType: "modelSearch", taskUUID: uuid(3), search: "klein" }
    assert.deepStrictEqual(service.post(0, [search]), service.post(1, [search]))
    const deletion = { taskType: "mediaStorage", operation: "delete", media: uuid(9) }
    const upload = { ...deletion, operation: "upload", media: "https://files.example.org/a.png" }
    assert.isUndefined(service.post(2, [{ ...upload, taskUUID: uuid(4) }]))
    const again = service.post(3, [{ ...deletion, taskUUID: uuid(4) }])
    assert.strictEqual(again?.payload.errors?.[0]?.code, "conflictTaskUUID")
  })

  it("forgets with the results, and shows nobody else's", () => {
    const service = drive({ retention: 1000 })
    service.post(0, [image(2, { model: "nothing" })])
    assert.strictEqual(service.post(500, [details(2)])?.status, 200)
    assert.strictEqual(service.post(500, [details(2)], { apiKey: "key-of-another" })?.status, 404)
    service.post(900, [image(2, { model: "nothing" })])
    assert.strictEqual(service.post(1500, [details(2)])?.status, 200)
    assert.strictEqual(service.post(1901, [details(2)])?.status, 404)
  })
})
