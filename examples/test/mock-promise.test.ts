/**
 * Tests of a program that uses the Promise client, without a network: `startSimulatedService` is the whole service in memory,
 * and its `dependencies` lead the client there. Faults are told to it beforehand. Run them with
 * `npx -y pnpm@12 test --project examples`.
 */
import { createClient, isRunwareError, type RunwareClient } from "@effect-runware/promise"
import { startSimulatedService } from "@effect-runware/testing"
import { expect, test } from "vitest"

/** What is tested: the poster of a film, or nothing where the service can't make one. */
const poster = async (client: RunwareClient, title: string) => {
  try {
    const positivePrompt = `a poster of the film ${title}`
    const [image] = await client.run({ model: "runware:101@1", positivePrompt, width: 512, height: 768 })
    return image?.imageURL
  } catch (error) {
    if (isRunwareError(error) && error.code === "provider") return undefined
    throw error
  }
}

const start = async () => {
  const service = await startSimulatedService()
  const { apiKey, dependencies, url: baseUrl } = service
  return { service, client: createClient({ apiKey, baseUrl, dependencies, pollDelay: 1, retryDelay: 1 }) }
}

test("a poster has an address", async () => {
  const { client, service } = await start()
  expect(await poster(client, "Fog")).toMatch(/^http.+\.jpg$/)
  await client.disconnect()
  await service.close()
})

test("a poster that can't be made is none", async () => {
  const { client, service } = await start()
  expect(await poster(client, "[[fail:providerError]]")).toBeUndefined()
  await client.disconnect()
  await service.close()
})

test("a poster is asked for again after a bad gateway, and bought once", async () => {
  const { client, service } = await start()
  service.inject({ _tag: "Status", status: 502, processed: true }, { step: "submit" })
  expect(await poster(client, "Fog")).toMatch(/^http/)
  expect(service.stats().tasksAccepted).toBe(1)
  await client.disconnect()
  await service.close()
})
