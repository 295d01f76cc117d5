/**
 * Files over real sockets, through the whole system: from a disk into tasks, out of results of every medium onto a disk, and
 * on from where a download broke off.
 */
import { Media, Runware } from "@effect-runware/core"
import { type RequestEntry, startEmulator } from "@effect-runware/emulator"
import { NodeMedia, NodeRunware } from "@effect-runware/node"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"

/** An emulator, the requests that it saw, a client of it, and an empty folder; all gone at the end. */
const setting = (transport: "rest" | "websocket" = "rest") =>
  Effect.gen(function* () {
    const requests: Array<RequestEntry> = []
    const emulator = yield* Effect.acquireRelease(
      Effect.promise(() => startEmulator({ timeScale: 0, onRequest: (entry) => void requests.push(entry) })),
      (running) => Effect.promise(() => running.close())
    )
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "runware-media-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const { apiKey, url: baseUrl } = emulator
    const layer = Layer.merge(
      NodeRunware.layer({ apiKey, baseUrl, transport, pollDelay: 0, pollInterval: 0 }),
      FetchHttpClient.layer
    )
    return { folder, layer, requests }
  })

const redDot =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

const boat = { model: "runware:101@1", positivePrompt: "a paper boat", width: 256, height: 256 } as const

describe.each(["rest", "websocket"] as const)("a file over %s", (transport) => {
  it.live("goes from one task through the disk into the next, and can be uploaded once for many", () =>
    Effect.gen(function* () {
      const { folder, layer } = yield* setting(transport)
      const program = Effect.gen(function* () {
        const [saved] = yield* NodeMedia.download(yield* Runware.run({ ...boat, outputFormat: "PNG" }), folder)
        const file = NodeMedia.fromFile(saved?.path ?? "")
        const [cutout] = yield* Runware.run({
          taskType: "removeBackground",
          model: "runware:109@1",
          outputType: "base64Data",
          outputFormat: "PNG",
          inputs: { image: file }
        })
        const [upload] = yield* Runware.run({ taskType: "mediaStorage", operation: "upload", media: file })
        const stored = yield* Media.bytes(upload)
        return { saved, type: yield* Media.sniff(yield* Media.bytes(cutout)), stored }
      })
      const { saved, stored, type } = yield* program.pipe(Effect.provide(layer))
      expect(type?.mime).toBe("image/png")
      expect(Buffer.from(stored)).toEqual(readFileSync(saved?.path ?? ""))
    }).pipe(Effect.scoped)
  )
})

describe("a download", () => {
  it.live.each<[string, Readonly<Record<string, unknown>> & { readonly taskType: string }, string]>([
    ["an image", { taskType: "imageInference", ...boat, outputFormat: "WEBP" }, "image/webp"],
    [
      "a video",
      {
        taskType: "videoInference",
        model: "civitai:1@2",
        positivePrompt: "waves",
        width: 256,
        height: 256,
        duration: 1
      },
      "video/mp4"
    ],
    [
      "sound",
      { taskType: "audioInference", model: "civitai:1@2", positivePrompt: "rain", duration: 1, outputFormat: "WAV" },
      "audio/wav"
    ],
    ["a body", { taskType: "3dInference", model: "tripo:v3.1@0", positivePrompt: "a chair" }, "model/gltf-binary"],
    [
      "a mask",
      { taskType: "imageMasking", model: "runware:35@1", inputs: { image: redDot }, outputFormat: "PNG" },
      "image/png"
    ]
  ])("has %s as the file that it is, and finds it again", ([, task, mime]) =>
    Effect.gen(function* () {
      const { folder, layer } = yield* setting()
      const program = Effect.gen(function* () {
        const results = yield* Runware.run(task)
        const saved = yield* NodeMedia.download(results, folder)
        const again = yield* NodeMedia.download(results, folder)
        return { saved, again, outputs: Media.outputs(results) }
      })
      const { again, outputs, saved } = yield* program.pipe(Effect.provide(layer))
      expect(saved.map(({ output }) => output)).toEqual(outputs)
      expect(saved.length).toBeGreaterThan(0)
      expect(again).toEqual(saved.map(({ output, path, size }) => ({ output, path, size, isNew: false })))
      expect(readdirSync(folder).toSorted()).toEqual(saved.map(({ path }) => basename(path)).toSorted())
      const type = yield* Media.sniff(readFileSync(saved[0]?.path ?? ""))
      expect([type?.mime, basename(saved[0]?.path ?? "")]).toEqual([mime, `${outputs[0]?.uuid}.${type?.extension}`])
    }).pipe(Effect.scoped)
  )

  it.live("goes on with the half that is there, and asks for no more than the rest", () =>
    Effect.gen(function* () {
      const { folder, layer, requests } = yield* setting()
      const program = Effect.gen(function* () {
        const results = yield* Runware.run({ ...boat, outputFormat: "PNG" })
        const whole = yield* Media.bytes(results[0])
        const half = whole.subarray(0, whole.length >> 1)
        writeFileSync(join(folder, `${results[0]?.imageUUID}.part`), half)
        const received: Array<number> = []
        const [saved] = yield* NodeMedia.download(results, folder, {
          onProgress: (progress) => Effect.sync(() => void received.push(progress.received))
        })
        return { whole, half, saved, received }
      })
      const { half, received, saved, whole } = yield* program.pipe(Effect.provide(layer))
      expect(received[0]).toBe(half.length)
      expect(readFileSync(saved?.path ?? "")).toEqual(Buffer.from(whole))
      expect(requests.filter(({ path }) => path.startsWith("/media/")).map(({ status }) => status)).toEqual([200, 206])
    }).pipe(Effect.scoped)
  )
})
