/** The service for programs that know no Effect, as the README shows it. */
import { createClient } from "@effect-runware/promise"
import { describe, expect, it } from "vitest"
import { startSimulatedService } from "../src/index.ts"

const image = { model: "runware:101@1", positivePrompt: "fog", width: 512, height: 512 } as const

describe.each(["rest", "websocket"] as const)("the service under a Promise client over %s", (transport) => {
  const start = async () => {
    const service = await startSimulatedService()
    const client = await createClient({
      apiKey: service.apiKey,
      baseUrl: service.url,
      dependencies: service.dependencies,
      transport,
      pollDelay: 1,
      retryDelay: 1
    })
    return { service, client }
  }

  it("runs a task, and bills it once", async () => {
    const { client, service } = await start()
    const images = await client.run({ ...image, numberResults: 2 })
    expect(images).toHaveLength(2)
    expect(service.stats()).toMatchObject({ tasksAccepted: 1, tasksBilled: 1 })
    expect(service.task(String(images[0]?.taskUUID))?.generations).toHaveLength(2)
    await client.disconnect()
    await service.close()
  })

  it("asks again after a lost acknowledgement, and buys once", async () => {
    const { client, service } = await start()
    service.inject({ _tag: "Reset", when: "after" }, { step: "submit" })
    expect(await client.run(image)).toHaveLength(1)
    expect(service.stats().tasksAccepted).toBe(1)
    await client.disconnect()
    await service.close()
  })

  it("lets a caller give up", async () => {
    const { client, service } = await start()
    service.inject({ _tag: "Drop" }, { step: "submit" })
    const controller = new AbortController()
    const call = client.run(image, { signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    await expect(call).rejects.toMatchObject({ code: "aborted" })
    await client.disconnect()
    await service.close()
  })
})
