/** How results are asked for and in which form they come: delivery, number, output types and formats, cost. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import sharp from "sharp"
import { expect } from "vitest"
import { startRelay, times } from "../relay.ts"
import { area, carrying, image, rejection, slowImage, until, untyped, type Row } from "../row.ts"

const sizeOf = async (bytes: Uint8Array) => {
  const { format, height, width } = await sharp(bytes).metadata()
  return { format, width, height }
}

export const delivery: ReadonlyArray<Row> = area("delivery", {
  "async by default, by polling": async ({ client, emulator, seen }) => {
    const [result] = await client().run(image)
    expect(emulator.task(result?.taskUUID ?? "")?.request["deliveryMethod"]).toBe("async")
    expect(carrying(seen, "getResponse").length).toBeGreaterThan(0)
  },
  "sync, in one exchange": async ({ client, seen }) => {
    const results = await client().run({ ...image, deliveryMethod: "sync" })
    expect(results).toMatchObject([{ imageURL: expect.any(String) }])
    expect(carrying(seen, "getResponse")).toEqual([])
    expect(carrying(seen, "imageInference")).toHaveLength(1)
  },
  "sync for all calls of a client (`deliveryMethod`)": async ({ client, seen }) => {
    expect(await client({ deliveryMethod: "sync" }).run(image)).toHaveLength(1)
    expect(carrying(seen, "getResponse")).toEqual([])
  },
  "`numberResults` gives so many results of one task": async ({ client, emulator }) => {
    const results = await client().run({ ...image, numberResults: 4 })
    expect(new Set(results.map(({ imageUUID }) => imageUUID)).size).toBe(4)
    expect(new Set(results.map(({ taskUUID }) => taskUUID)).size).toBe(1)
    expect(emulator.stats()).toMatchObject({ tasksAccepted: 1, tasksBilled: 1 })
  },
  "`numberResults`, sync": async ({ client }) => {
    const results = await client().run({ ...image, numberResults: 3, deliveryMethod: "sync" })
    expect(new Set(results.map(({ imageUUID }) => imageUUID)).size).toBe(3)
  },
  "`outputType: URL`: an address that serves the file": async ({ client }) => {
    const [result] = await client().run({ ...image, outputType: "URL", outputFormat: "PNG" })
    const response = await fetch(result?.imageURL ?? "")
    expect(response.headers.get("content-type")).toBe("image/png")
    expect(await sizeOf(await response.bytes())).toEqual({ format: "png", width: 512, height: 512 })
  },
  "`outputType: base64Data`: the bytes": async ({ client }) => {
    const [result] = await client().run({ ...image, outputType: "base64Data", outputFormat: "WEBP" })
    const bytes = Buffer.from(result?.imageBase64Data ?? "", "base64")
    expect(await sizeOf(bytes)).toEqual({ format: "webp", width: 512, height: 512 })
  },
  "`outputType: dataURI`: the bytes and their type": async ({ client }) => {
    const [result] = await client().run({ ...image, outputType: "dataURI", outputFormat: "JPG" })
    const [head, data] = (result?.imageDataURI ?? "").split(",")
    expect(head).toBe("data:image/jpeg;base64")
    expect(await sizeOf(Buffer.from(data ?? "", "base64"))).toEqual({ format: "jpeg", width: 512, height: 512 })
  },
  "`includeCost`: what it cost, as billed": async ({ client, emulator }) => {
    const [result] = await client().run({ ...image, includeCost: true })
    expect(result?.cost).toBeGreaterThan(0)
    expect(emulator.stats().amountBilled).toBeCloseTo(result?.cost ?? 0, 9)
    expect(emulator.stats().balance).toBeCloseTo(1000 - (result?.cost ?? 0), 9)
  },
  "no cost unless asked for": async ({ client }) => {
    const [result] = await client().run(image)
    expect(Object.keys(result ?? {})).not.toContain("cost")
  },
  "one call is one purchase, also through lost answers": async ({ client, emulator }) => {
    await using relay = await startRelay(emulator, { reply: times(2, "cut") })
    expect(await client({ baseUrl: relay.url }).run(image)).toHaveLength(1)
    expect(emulator.stats()).toMatchObject({ tasksAccepted: 1, tasksBilled: 1 })
  },
  "`submit` gives a handle, `attach` the results": async ({ client, emulator }) => {
    const one = client()
    const handle = await one.submit(image)
    expect(handle).toMatchObject({ taskType: "imageInference", model: "runware:101@1", numberResults: 1 })
    expect(await one.attach(handle)).toMatchObject([{ taskUUID: handle.taskUUID, imageURL: expect.any(String) }])
    expect(emulator.stats().tasksAccepted).toBe(1)
  },
  "a handle survives JSON, and another client attaches": async ({ client }) => {
    const handle = await client().submit({ ...slowImage(100), numberResults: 2 })
    const kept = JSON.parse(JSON.stringify(handle)) as typeof handle
    expect(await client().attach(kept)).toHaveLength(2)
  },
  "`attach` by the taskUUID alone": async ({ client }) => {
    const one = client()
    const { taskUUID } = await one.submit(image)
    expect(await one.attach(taskUUID)).toMatchObject([{ taskUUID }])
  },
  "`attachOnConflict` waits for the task that is there": async ({ client, emulator }) => {
    const one = client()
    const { taskUUID } = await one.submit(image)
    await rejection(one.run({ ...image, taskUUID }), { rawCode: "conflictTaskUUID", submission: "rejected" })
    expect(await one.run({ ...image, taskUUID }, { attachOnConflict: true })).toMatchObject([{ taskUUID }])
    expect(emulator.stats().tasksAccepted).toBe(1)
  },
  "`webhookURL` is told each result": async ({ client, emulator }) => {
    const bodies: Array<string> = []
    const receiver = createServer((request, response) => {
      request.on("data", (piece: Buffer) => bodies.push(String(piece))).on("end", () => response.end())
    })
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
    const { port } = receiver.address() as AddressInfo
    try {
      const webhookURL = `http://127.0.0.1:${port}/hook`
      const { taskUUID } = await client().submit(untyped({ ...image, webhookURL }))
      await until(() => emulator.stats().delivered === 1)
      expect(JSON.parse(bodies.join(""))).toMatchObject({ taskUUID, imageURL: expect.any(String) })
    } finally {
      receiver.closeAllConnections()
      receiver.close()
    }
  },
  "a delivery that there isn't is refused before it is sent": async ({ client, seen }) => {
    await rejection(client().run(untyped({ ...image, deliveryMethod: "carrier pigeon" })), {
      code: "validation",
      parameter: "deliveryMethod",
      message: expect.stringContaining('"sync" or "async"')
    })
    expect(carrying(seen, "imageInference")).toEqual([])
  }
})
