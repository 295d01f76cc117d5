import { assert, describe, it } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import sharp from "sharp"
import { afterAll, beforeAll } from "vitest"
import { startEmulator, type RunningEmulator } from "../src/index.ts"
import { picture, post } from "./client.ts"
import { ask, assertUtilityResults, transports } from "./transports.ts"

let emulator: RunningEmulator
let elsewhere: Server
let elsewhereURL: string
let png: Buffer

beforeAll(async () => {
  emulator = await startEmulator({ seed: "media", otherKeys: { rw_another_test_key: 10 } })
  png = await sharp({ create: { width: 40, height: 30, channels: 3, background: "#a33" } })
    .png()
    .toBuffer()
  elsewhere = createServer((request, response) => {
    switch (request.url?.split("?")[0]) {
      case "/picture.png":
        response.end(png)
        return
      case "/redirected":
        response.writeHead(302, { location: "/picture.png" }).end()
        return
      case "/endless":
        response.on("error", () => undefined)
        for (let megabyte = 0; megabyte < 34; megabyte++) response.write(Buffer.alloc(1024 * 1024))
        response.end()
        return
      case "/text":
        response.end("no medium at all")
        return
      case "/cut":
        response.writeHead(200, { "content-length": "1000" }).write(png.subarray(0, 20), () => response.destroy())
        return
      default:
        response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve))
  const { port } = elsewhere.address() as AddressInfo
  elsewhereURL = `http://127.0.0.1:${port}`
})

afterAll(async () => {
  elsewhere.closeAllConnections()
  elsewhere.close()
  await emulator.close()
})

const upload = (media: unknown) => ({
  taskType: "mediaStorage",
  taskUUID: randomUUID(),
  operation: "upload",
  media
})

const deletion = (media: unknown) => ({ taskType: "mediaStorage", taskUUID: randomUUID(), operation: "delete", media })

const imageUpload = (image: unknown) => ({ taskType: "imageUpload", taskUUID: randomUUID(), image })

/** Uploads bytes and gives what they are known by. */
const uploaded = async (bytes: Buffer): Promise<{ readonly uuid: string; readonly url: string }> => {
  const { data } = await post(emulator, [upload(bytes.toString("base64"))])
  return { uuid: String(data[0]?.["mediaUUID"]), url: String(data[0]?.["mediaURL"]) }
}

describe.each(transports)("media over %s", (transport) => {
  it.each<readonly [string, () => string]>([
    ["base64", () => png.toString("base64")],
    ["a data URI", () => `data:image/png;base64,${png.toString("base64")}`],
    ["an address", () => `${elsewhereURL}/picture.png?token=secret`],
    ["an address that leads elsewhere", () => `${elsewhereURL}/redirected`]
  ])("are taken as %s and served as they came", async (_name, source) => {
    const task = upload(source())
    const { data, errors } = await ask(emulator, transport, [task])
    assertUtilityResults("mediaStorage", data)
    const mediaUUID = String(data[0]?.["mediaUUID"])
    assert.match(mediaUUID, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
    const { taskType, taskUUID } = task
    const mediaURL = `${emulator.url}/media/${mediaUUID}.png`
    assert.deepStrictEqual(
      { data, errors },
      { data: [{ taskType, taskUUID, operation: "upload", mediaUUID, mediaURL }], errors: [] }
    )
    const served = await fetch(mediaURL)
    assert.strictEqual(served.headers.get("content-type"), "image/png")
    assert.isTrue(png.equals(Buffer.from(await served.arrayBuffer())))
  })

  it("serve as inputs until they are deleted, and then don't exist", async () => {
    const { url, uuid } = await uploaded(png)
    for (const seedImage of [uuid, url]) {
      const { data } = await ask(emulator, transport, [picture({ inputs: { seedImage } })])
      assert.strictEqual(data[0]?.taskType, "imageInference")
    }

    const task = deletion(uuid)
    const { data } = await ask(emulator, transport, [task])
    assertUtilityResults("mediaStorage", data)
    const { taskType, taskUUID } = task
    assert.deepStrictEqual(data, [{ taskType, taskUUID, operation: "delete", mediaUUID: uuid }])

    assert.strictEqual((await fetch(url)).status, 404)
    for (const seedImage of [uuid, url, uuid.toUpperCase(), url.replace("127.0.0.1", "localhost")]) {
      const { errors } = await ask(emulator, transport, [picture({ inputs: { seedImage } })])
      assert.deepStrictEqual(
        errors.map(({ code, parameter }) => ({ code, parameter })),
        [{ code: "mediaNotFound", parameter: "inputs.seedImage" }]
      )
    }
    const again = await ask(emulator, transport, [deletion(uuid)])
    assert.deepInclude(again.errors[0], { code: "mediaNotFound", parameter: "media" })
  })

  it("that a task made can be inputs, be kept under a name of their own, and be deleted", async () => {
    const made = (await post(emulator, [picture({ outputFormat: "PNG" })])).data[0]
    const [uuid, url] = [String(made?.["imageUUID"]), String(made?.["imageURL"])]
    const copy = (await ask(emulator, transport, [upload(url)])).data[0]
    assert.notStrictEqual(copy?.["mediaUUID"], uuid)
    const [original, kept] = await Promise.all(
      [url, String(copy?.["mediaURL"])].map(async (each) => Buffer.from(await (await fetch(each)).arrayBuffer()))
    )
    assert.isTrue(original?.equals(kept ?? Buffer.of()))
    await ask(emulator, transport, [deletion(uuid)])
    assert.strictEqual((await fetch(url)).status, 404)
    assert.strictEqual((await fetch(String(copy?.["mediaURL"]))).status, 200)
  })

  it("images are uploaded as well, and are at most 2048 pixels a side", async () => {
    const large = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: "#3a3" } })
      .jpeg()
      .toBuffer()
    const task = imageUpload(`data:image/jpeg;base64,${large.toString("base64")}`)
    const { data, errors } = await ask(emulator, transport, [task])
    assertUtilityResults("imageUpload", data)
    const { taskType, taskUUID } = task
    const imageUUID = String(data[0]?.["imageUUID"])
    const imageURL = `${emulator.url}/media/${imageUUID}.jpg`
    assert.deepStrictEqual({ data, errors }, { data: [{ taskType, taskUUID, imageUUID, imageURL }], errors: [] })
    const { format, height, width } = await sharp(await (await fetch(imageURL)).arrayBuffer()).metadata()
    assert.deepStrictEqual({ format, height, width }, { format: "jpeg", height: 1024, width: 2048 })
  })
})

it("media know their owner: others can't name or delete them, and need the address", async () => {
  const { url, uuid } = await uploaded(png)
  const other = { apiKey: "rw_another_test_key", url: emulator.url }
  assert.deepInclude((await post(other, [deletion(uuid)])).errors[0], { code: "mediaNotFound" })
  const byName = await post(other, [picture({ inputs: { seedImage: uuid } })])
  assert.deepInclude(byName.errors[0], { code: "mediaNotFound", parameter: "inputs.seedImage" })
  const byAddress = await post(other, [picture({ inputs: { seedImage: url } })])
  assert.strictEqual(byAddress.status, 200)
})

it("an upload is a task of its UUID: sent again it conflicts, and a poll has its result", async () => {
  const task = upload(png.toString("base64"))
  const first = await post(emulator, [task])
  const second = await post(emulator, [task])
  assert.deepInclude(second.errors[0], { code: "conflictTaskUUID", parameter: "taskUUID" })
  const poll = await post(emulator, [{ taskType: "getResponse", taskUUID: task.taskUUID }])
  assert.deepStrictEqual(poll.data, [{ status: "success", ...first.data[0] }])
})

it("knows media by their bytes, whatever they are called", async () => {
  const svg = Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')
  const wav = Buffer.concat([
    Buffer.from("RIFF"),
    Buffer.from([36, 0, 0, 0]),
    Buffer.from("WAVEfmt "),
    Buffer.alloc(24)
  ])
  const glb = Buffer.concat([Buffer.from("glTF"), Buffer.from([2, 0, 0, 0, 32, 0, 0, 0]), Buffer.alloc(20)])
  for (const [bytes, contentType] of [
    [svg, "image/svg+xml"],
    [wav, "audio/wav"],
    [glb, "model/gltf-binary"]
  ] as const) {
    const { data, errors } = await post(emulator, [upload(`data:image/jpeg;base64,${bytes.toString("base64")}`)])
    assert.deepStrictEqual(errors, [])
    const served = await fetch(String(data[0]?.["mediaURL"]))
    assert.strictEqual(served.headers.get("content-type"), contentType)
  }
})

const text = Buffer.from("plain text, and no medium of any kind").toString("base64")

describe("what is no medium is refused, by code and parameter", () => {
  it.each<readonly [string, () => Readonly<Record<string, unknown>>, string, string, RegExp]>([
    ["a path", () => upload("./cat.png"), "invalidMedia", "media", /address .* data URI, or base64/],
    ["an absolute path", () => upload("/etc/passwd"), "invalidMedia", "media", /base64/],
    ["another scheme", () => upload("file:///etc/passwd"), "invalidMedia", "media", /http or https/],
    ["a UUID", () => upload(randomUUID()), "invalidMedia", "media", /address/],
    ["nothing", () => upload(""), "invalidMedia", "media", /address/],
    ["a number", () => upload(7), "invalidMedia", "media", /string/],
    ["no media", () => upload(undefined), "missingMedia", "media", /Missing/],
    ["broken base64", () => upload(`data:image/png;base64,${"%".repeat(40)}`), "invalidMedia", "media", /base64/],
    ["text", () => upload(text), "unsupportedMedia", "media", /no known type/],
    [
      "a PDF",
      () => upload(Buffer.from("%PDF-1.7\n%âãÏÓ\n1 0 obj").toString("base64")),
      "unsupportedMedia",
      "media",
      /pdf/
    ],
    ["a missing page", () => upload(`${elsewhereURL}/none`), "invalidMedia", "media", /answered 404/],
    ["a page of text", () => upload(`${elsewhereURL}/text`), "unsupportedMedia", "media", /no known type/],
    ["a page too large", () => upload(`${elsewhereURL}/endless`), "valueTooLarge", "media", /33554432 bytes/],
    ["a page cut short", () => upload(`${elsewhereURL}/cut`), "invalidMedia", "media", /gave no answer/],
    ["nobody there", () => upload("http://127.0.0.1:9/x.png"), "invalidMedia", "media", /gave no answer/],
    [
      "another operation",
      () => ({ ...upload(text), operation: "list" }),
      "unsupportedOperation",
      "operation",
      /upload/
    ],
    ["no operation", () => ({ ...upload(text), operation: undefined }), "missingOperation", "operation", /Missing/],
    ["unknown parameter", () => ({ ...upload(text), name: "x" }), "unknownParameter", "name", /name/],
    ["an unknown medium to delete", () => deletion(randomUUID()), "mediaNotFound", "media", /does not exist/],
    ["an address to delete", () => deletion("https://example.com/a.png"), "invalidMedia", "media", /UUID/],
    [
      "no taskUUID",
      () => ({ ...deletion(randomUUID()), taskUUID: undefined }),
      "missingTaskUUID",
      "taskUUID",
      /Missing/
    ],
    [
      "an odd taskUUID",
      () => ({ ...deletion(randomUUID()), taskUUID: "1" }),
      "invalidTaskUUID",
      "taskUUID",
      /taskUUID/
    ],
    ["an image that is a path", () => imageUpload("cat.png"), "invalidImage", "image", /base64/],
    [
      "an image that is a sound",
      () => imageUpload(Buffer.from(`ID3${"\0".repeat(40)}`).toString("base64")),
      "unsupportedImage",
      "image",
      /image\/png/
    ],
    [
      "an image cut short",
      () => imageUpload(png.subarray(0, 60).toString("base64")),
      "invalidImage",
      "image",
      /can't be read/
    ]
  ])("%s", async (_name, task, code, parameter, hint) => {
    const { errors, status } = await post(emulator, [task()])
    assert.isAtLeast(status, 400)
    assert.deepStrictEqual(
      errors.map((error) => ({ code: error.code, parameter: error.parameter })),
      [{ code, parameter }]
    )
    assert.match(String(errors[0]?.message), hint)
    assert.notInclude(JSON.stringify(errors), "secret")
  })
})

describe("inputs of inference tasks that are no media are refused, by code and parameter", () => {
  const task = (parameters: Readonly<Record<string, unknown>>) => picture({ model: "civitai:1@1", ...parameters })
  it.each<readonly [string, Readonly<Record<string, unknown>>, string, string]>([
    ["a path", task({ inputs: { seedImage: "./cat.png" } }), "invalidSeedImage", "inputs.seedImage"],
    ["an absolute path", task({ inputs: { seedImage: "/etc/passwd" } }), "invalidSeedImage", "inputs.seedImage"],
    [
      "a long path",
      task({ inputs: { maskImage: "/home/user/pictures/holiday/cats" } }),
      "invalidMaskImage",
      "inputs.maskImage"
    ],
    ["a word", task({ inputs: { seedImage: "cat" } }), "invalidSeedImage", "inputs.seedImage"],
    ["a file address", task({ inputs: { seedImage: "file:///a.png" } }), "invalidSeedImage", "inputs.seedImage"],
    [
      "one of several",
      task({ inputs: { referenceImages: ["https://example.com/a.png", "b.png"] } }),
      "invalidReferenceImages",
      "inputs.referenceImages.1"
    ],
    [
      "an entry with a weight",
      task({ inputs: { referenceImages: [{ image: "b.png" }] } }),
      "invalidImage",
      "inputs.referenceImages.0.image"
    ],
    [
      "the image of a ControlNet",
      task({ controlNet: [{ model: "civitai:2@2", guideImage: "pose.png" }] }),
      "invalidGuideImage",
      "controlNet.0.guideImage"
    ],
    ["a medium that isn't there", task({ inputs: { seedImage: randomUUID() } }), "mediaNotFound", "inputs.seedImage"]
  ])("%s", async (_name, request, code, parameter) => {
    const { errors } = await post(emulator, [request])
    assert.deepInclude(
      errors.map((error) => ({ code: error.code, parameter: error.parameter })),
      { code, parameter }
    )
  })

  it("a video and an older name as well", async () => {
    const video = { taskType: "upscale", taskUUID: randomUUID(), model: "bytedance:50@1", inputs: { video: "a.mp4" } }
    assert.deepInclude((await post(emulator, [video])).errors[0], { code: "invalidVideo", parameter: "inputs.video" })
    const older = task({ model: "nobody:1@1", seedImage: "a.png" })
    assert.deepInclude((await post(emulator, [older])).errors[0], { code: "invalidSeedImage", parameter: "seedImage" })
  })

  it("what only looks odd is taken", async () => {
    const jpeg = (await sharp(png).jpeg().toBuffer()).toString("base64")
    assert.match(jpeg, /^\/9j\//)
    const { errors } = await post(emulator, [picture({ inputs: { seedImage: jpeg } })])
    assert.deepStrictEqual(errors, [])
  })
})
