/** Utilities: models, media, the account, what became of a task. */
import type { UploadProgress } from "@effect-runware/promise"
import { expect } from "vitest"
import { area, image, pixel, rejection, untyped, type Row } from "../row.ts"

const upload = {
  category: "lora",
  architecture: "sdxl",
  format: "safetensors",
  name: "Ink wash",
  version: "1",
  downloadURL: "https://example.com/ink-wash.safetensors"
} as const

const span = { startDate: day(-7), endDate: day(0) }

function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
}

export const utilities: ReadonlyArray<Row> = area("utilities", {
  "`modelSearch` finds, filters and counts": async ({ client }) => {
    const { results, totalResults } = await client().modelSearch({ search: "flux", limit: 3 })
    expect(results).toHaveLength(3)
    expect(totalResults).toBeGreaterThan(3)
    expect(results.every(({ air, name }) => `${air} ${name}`.length > 3)).toBe(true)
  },
  "`modelSearch` pages": async ({ client }) => {
    const one = client()
    const [first, second] = await Promise.all([
      one.modelSearch({ search: "flux", limit: 2 }),
      one.modelSearch({ search: "flux", limit: 2, offset: 2 })
    ])
    const airs = [...first.results, ...second.results].map(({ air }) => air)
    expect(new Set(airs).size).toBe(4)
  },
  "`modelUpload` resolves when ready, and tells each step": async ({ client, transport }) => {
    const told: Array<UploadProgress> = []
    const { air, status } = await client().modelUpload(upload, { onProgress: (progress) => void told.push(progress) })
    expect([air, status]).toEqual([expect.stringMatching(/^\S+:\S+@\S+$/), "ready"])
    const steps = told.map((progress) => progress.status)
    expect(steps.at(-1)).toBe("ready")
    if (transport === "websocket") expect(steps).toEqual(["validated", "downloaded", "optimized", "stored", "ready"])
  },
  "a model that was uploaded is found and runs": async ({ client }) => {
    const one = client()
    const { air } = await one.modelUpload({ ...upload, category: "checkpoint", type: "base", name: "Harbour" })
    const { results } = await one.modelSearch({ search: "Harbour", visibility: "private" })
    expect(results.map((found) => found.air)).toEqual([air])
    expect(await one.runAs("sdxl", { ...image, width: 1024, height: 1024, model: air ?? "" })).toHaveLength(1)
  },
  "`modelUpload` that fails rejects with the service's message": async ({ client }) => {
    await rejection(client().modelUpload({ ...upload, name: "Ink [[fail:downloadFailed]]" }), {
      code: "provider",
      taskType: "modelUpload",
      submission: "accepted",
      message: expect.stringContaining("downloadFailed")
    })
  },
  "`mediaStorage` uploads: stored and served": async ({ client }) => {
    const { mediaURL, mediaUUID, operation } = await client().mediaStorage({ operation: "upload", media: pixel })
    expect([mediaUUID.length, operation]).toEqual([36, "upload"])
    const response = await fetch(mediaURL)
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"])
  },
  "what was uploaded is the input of a later task": async ({ client, emulator }) => {
    const one = client()
    const { mediaUUID } = await one.mediaStorage({ operation: "upload", media: pixel })
    const [result] = await one.run({ model: "bria:2@1", inputs: { image: mediaUUID } })
    expect(emulator.task(result?.taskUUID ?? "")?.request["inputs"]).toEqual({ image: mediaUUID })
  },
  "`mediaStorage` deletes": async ({ client }) => {
    const one = client()
    const { mediaURL, mediaUUID } = await one.mediaStorage({ operation: "upload", media: pixel })
    expect(await one.mediaStorage({ operation: "delete", media: mediaUUID })).toMatchObject({
      operation: "delete",
      mediaUUID
    })
    expect((await fetch(mediaURL)).status).toBe(404)
    await rejection(one.run({ model: "bria:2@1", inputs: { image: mediaUUID } }), { submission: "rejected" })
  },
  "`imageUpload`, deprecated": async ({ client }) => {
    // eslint-disable-next-line typescript/no-deprecated -- it is offered, and so it is tested
    const { imageURL, imageUUID } = await client().imageUpload({ image: pixel })
    expect(imageUUID).toHaveLength(36)
    expect((await fetch(imageURL)).status).toBe(200)
  },
  "`accountManagement` getDetails: the balance falls by what tasks cost": async ({ client }) => {
    const one = client()
    const before = await one.accountManagement({ operation: "getDetails" })
    const [result] = await one.run({ ...image, includeCost: true })
    const after = await one.accountManagement({ operation: "getDetails" })
    expect(before.balance.amount).toBe(1000)
    expect(before.balance.amount - after.balance.amount).toBeCloseTo(result?.cost ?? 0, 9)
    expect(after.usage.total.requests - before.usage.total.requests).toBe(1)
  },
  "`accountManagement` getUsageActivity": async ({ client }) => {
    const one = client()
    const [result] = await one.run({ ...image, includeCost: true })
    const report = await one.accountManagement({ operation: "getUsageActivity", ...span })
    expect(report.operation).toBe("getUsageActivity")
    expect(JSON.stringify(report)).toContain('"totalRequests":1')
    expect(JSON.stringify(report)).toContain(`"totalSpend":${result?.cost}`)
  },
  "`accountManagement` getUsagePerformance": async ({ client }) => {
    const one = client()
    await one.run(image)
    const report = await one.accountManagement({ operation: "getUsagePerformance", ...span })
    expect(report.operation).toBe("getUsagePerformance")
    expect(JSON.stringify(report)).toMatch(/"avgInferenceTime":[\d.]+/)
  },
  "`accountManagement` getUsageErrors": async ({ client }) => {
    const one = client()
    await rejection(one.run(untyped({ ...image, width: 100_000 })), { code: "validation" })
    const report = await one.accountManagement({ operation: "getUsageErrors", ...span })
    expect(report.operation).toBe("getUsageErrors")
    expect(JSON.stringify(report)).toMatch(/"totalErrors":\d/)
  },
  "`getTaskDetails`: as it was sent, and answered": async ({ client }) => {
    const one = client()
    const [result] = await one.run(image)
    const { request, response } = await one.getTaskDetails({ taskUUID: result?.taskUUID ?? "" })
    expect(request).toMatchObject([{ ...image, taskUUID: result?.taskUUID }])
    expect(response).toMatchObject({ data: [{ imageURL: result?.imageURL }] })
  },
  "`getResponse`: the state now, without waiting": async ({ client }) => {
    const one = client()
    const handle = await one.submit({ ...image, positivePrompt: "fog [[slow:40000]]", numberResults: 2 })
    expect(await one.getResponse(handle)).toMatchObject({ status: "processing", running: 2, results: [], errors: [] })
    await one.attach(handle)
    expect(await one.getResponse(handle.taskUUID)).toMatchObject({ status: "success", running: 0, errors: [] })
  },
  "`getResponse` of a failed generation": async ({ client }) => {
    const one = client()
    const { taskUUID } = await rejection(one.run({ ...image, positivePrompt: "[[fail:providerError]]" }), {})
    const { errors, status } = await one.getResponse({ taskUUID: taskUUID ?? "" })
    expect([status, errors.map(({ code }) => code)]).toEqual(["error", ["provider"]])
  },
  "`ping`: a sign of life and the round trip": async ({ client }) => {
    const { pong, roundTrip } = await client().ping()
    expect(pong).toBe(true)
    expect(roundTrip).toBeGreaterThan(0)
  },
  "a utility takes `signal` and `timeout`": async ({ client }) => {
    await rejection(client().modelSearch({ search: "a" }, { signal: AbortSignal.abort() }), { code: "aborted" })
    await rejection(client().ping({ timeout: 0 }), { code: "timeout" })
  }
})
