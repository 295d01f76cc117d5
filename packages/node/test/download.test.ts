import { afterEach, beforeEach, describe, expect, it } from "@effect/vitest"
import * as Runware from "@effect-runware/core/Runware"
import { startEmulator } from "@effect-runware/emulator"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { pathToFileURL } from "node:url"
import type { DownloadOptions, DownloadProgress } from "../src/NodeMedia.ts"
import * as NodeMedia from "../src/NodeMedia.ts"
import * as NodeRunware from "../src/NodeRunware.ts"
import { type Behaviour, type FileHost, startFileHost } from "./fileHost.ts"

const uuid = "7b1c9d20-5e4f-4a3b-8c2d-000000000001"
const png = Buffer.concat([
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64"
  ),
  Buffer.alloc(200_000, 7)
])

let folder: string
let hosts: Array<FileHost>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "runware-download-"))
  hosts = []
})

afterEach(async () => {
  await Promise.all(hosts.map(({ close }) => close()))
  rmSync(folder, { recursive: true, force: true })
})

const host = (behaviours: ReadonlyArray<Behaviour> = [], body: Uint8Array = png, type?: string) =>
  Effect.promise(async () => {
    const started = await startFileHost(body, behaviours, type)
    hosts.push(started)
    return started
  })

const at = (name: string): string => join(folder, name)
const inFolder = () => readdirSync(folder).toSorted()
const download = (results: unknown, options?: DownloadOptions) =>
  NodeMedia.download(results, folder, options).pipe(Effect.provide(FetchHttpClient.layer))
const imageAt = (imageURL: string) => ({ taskType: "imageInference", taskUUID: "t", imageUUID: uuid, imageURL })
const codes = (error: {
  readonly code: string
  readonly rawCode?: string | undefined
  readonly parameter?: string | undefined
}) => [error.code, error.rawCode, error.parameter]

describe("the files of a result", () => {
  it.live("are saved, whatever they are and however they were delivered", () =>
    Effect.gen(function* () {
      const { url } = yield* host()
      const base64 = png.toString("base64")
      const saved = yield* download([
        { taskUUID: "t", imageUUID: "image-1", imageURL: url("a/b.png?signature=x") },
        { taskUUID: "t", videoUUID: "video-1", videoURL: url("b.MP4") },
        { taskUUID: "t", audioUUID: "audio-1", audioURL: url("no-extension") },
        { taskUUID: "t", maskImageUUID: "mask-1", maskImageBase64Data: base64 },
        { taskUUID: "t", guideImageUUID: "guide-1", guideImageDataURI: `data:image/png;base64,${base64}` },
        { taskUUID: "t", imageUUID: "svg-1", imageDataURI: "data:image/svg+xml,%3Csvg%20%2F%3E" },
        {
          taskUUID: "t",
          outputs: {
            files: [
              { uuid: "mesh-1", url: url("m.glb") },
              { uuid: "mesh-2", url: url("m.zip") }
            ]
          }
        },
        { taskUUID: "task-1", imageURL: url("c.png") },
        { taskUUID: "t", newThingUUID: "new-1", newThingURL: url("d.new") },
        { taskUUID: "t", text: "a text", webhookURL: url("no.file") }
      ])
      const names = [
        "image-1.png",
        "video-1.mp4",
        "audio-1.png",
        "mask-1.png",
        "guide-1.png",
        "svg-1.svg",
        "mesh-1.glb",
        "mesh-2.zip",
        "task-1-9.png",
        "new-1.new"
      ]
      expect(saved.map(({ path }) => path)).toEqual(names.map(at))
      expect(inFolder()).toEqual(names.toSorted())
      expect(saved.map(({ path }) => readFileSync(path, "latin1"))).toEqual(
        names.map((name) => (name === "svg-1.svg" ? "<svg />" : png.toString("latin1")))
      )
      expect(saved.every(({ isNew }) => isNew)).toBe(true)
    })
  )

  it.live("of a call over real sockets are the ones that the service made, and a second download finds them", () =>
    Effect.gen(function* () {
      const emulator = yield* Effect.acquireRelease(
        Effect.promise(() => startEmulator({ timeScale: 0 })),
        (running) => Effect.promise(() => running.close())
      )
      const results = yield* Runware.run({
        model: "runware:101@1",
        positivePrompt: "a paper boat",
        width: 256,
        height: 256,
        numberResults: 3
      }).pipe(Effect.provide(NodeRunware.layer({ baseUrl: emulator.url, apiKey: emulator.apiKey, pollDelay: 0 })))
      const saved = yield* download(results)
      const bodies = yield* Effect.promise(() =>
        Promise.all(results.map(async ({ imageURL }) => Buffer.from(await (await fetch(imageURL)).arrayBuffer())))
      )
      expect(saved.map(({ path }) => basename(path))).toEqual(results.map(({ imageUUID }) => `${imageUUID}.jpg`))
      expect(saved.map(({ path }) => readFileSync(path))).toEqual(bodies)
      const again = yield* download(results)
      expect(again.map(({ isNew, path, size }) => ({ isNew, path, size }))).toEqual(
        saved.map(({ path, size }) => ({ isNew: false, path, size }))
      )
    }).pipe(Effect.scoped)
  )

  it.live("get a folder that is made for them, also by URL", () =>
    Effect.gen(function* () {
      const { url } = yield* host()
      const to = pathToFileURL(at("deep/er"))
      const [saved] = yield* NodeMedia.download(imageAt(url("a.png")), to).pipe(Effect.provide(FetchHttpClient.layer))
      expect(saved?.path).toBe(at(`deep/er/${uuid}.png`))
    })
  )

  it.live("send no key and no trace to where they are", () =>
    Effect.gen(function* () {
      const { headers, url } = yield* host()
      yield* download(imageAt(url("a.png"))).pipe(Effect.withSpan("caller"))
      expect(Object.keys(headers[0] ?? {}).filter((name) => /auth|cookie|b3|trace/.test(name))).toEqual([])
    })
  )

  it.live("tell how far they are", () =>
    Effect.gen(function* () {
      const { url } = yield* host()
      const seen: Array<DownloadProgress> = []
      yield* download(imageAt(url("a.png")), { onProgress: (progress) => Effect.sync(() => void seen.push(progress)) })
      const received = seen.map(({ received }) => received)
      expect([received[0], received.at(-1)]).toEqual([0, png.length])
      expect(received).toEqual(received.toSorted((a, b) => a - b))
      expect(new Set(seen.map(({ size }) => size))).toEqual(new Set([png.length]))
      expect(seen[0]?.output).toMatchObject({ kind: "image", uuid })
    })
  )
})

describe("a download that breaks off", () => {
  it.live.each<[string, Behaviour, ReadonlyArray<string | undefined>]>([
    ["goes on after a silence", { _tag: "Stall", after: 70_000 }, [undefined, "bytes=70000-"]],
    [
      "begins again after a refusal",
      { _tag: "Status", status: 503, headers: { "retry-after": "0" } },
      [undefined, undefined]
    ]
  ])("%s", ([, behaviour, ranges]) =>
    Effect.gen(function* () {
      const { asked, url } = yield* host([behaviour])
      const [saved] = yield* download(imageAt(url("a.png")), { idleTimeout: 150 })
      expect(asked).toEqual(ranges)
      expect(readFileSync(String(saved?.path)).equals(png)).toBe(true)
      expect(inFolder()).toEqual([`${uuid}.png`])
    })
  )

  it.live("over a line that is cut comes whole all the same", () =>
    Effect.gen(function* () {
      // How much of what was sent still arrives is the system's to say.
      const { asked, url } = yield* host([{ _tag: "Cut", after: 50_000 }])
      const [saved] = yield* download(imageAt(url("a.png")))
      expect(asked.length).toBe(2)
      expect(readFileSync(String(saved?.path)).equals(png)).toBe(true)
    })
  )

  it.live("begins again where the host knows no ranges", () =>
    Effect.gen(function* () {
      writeFileSync(at(`${uuid}.part`), Buffer.alloc(300_000, 1))
      const { url } = yield* host([{ _tag: "Whole" }])
      const [saved] = yield* download(imageAt(url("a.png")))
      expect(readFileSync(String(saved?.path)).equals(png)).toBe(true)
    })
  )

  it.live("leaves no final file behind when it is given up, and the next one goes on from there", () =>
    Effect.gen(function* () {
      const { asked, url } = yield* host([{ _tag: "Stall", after: 60_000 }])
      const arrived = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        download(imageAt(url("a.png")), {
          onProgress: ({ received }) =>
            received >= 60_000 ? Effect.asVoid(Deferred.succeed(arrived, undefined)) : Effect.void
        })
      )
      yield* Deferred.await(arrived)
      yield* Fiber.interrupt(fiber)
      expect(inFolder()).toEqual([`${uuid}.part`])
      const [saved] = yield* download(imageAt(url("a.png")))
      expect(asked).toEqual([undefined, "bytes=60000-"])
      expect(readFileSync(String(saved?.path)).equals(png)).toBe(true)
    })
  )

  it.live("finds that everything had come already", () =>
    Effect.gen(function* () {
      writeFileSync(at(`${uuid}.part`), png)
      const { asked, url } = yield* host()
      const [saved] = yield* download(imageAt(url("a.png")))
      expect(asked).toEqual([`bytes=${png.length}-`])
      expect([saved?.size, inFolder()]).toEqual([png.length, [`${uuid}.png`]])
    })
  )

  it.live("takes what is longer than the file for none of it", () =>
    Effect.gen(function* () {
      writeFileSync(at(`${uuid}.part`), Buffer.concat([png, png]))
      const { asked, url } = yield* host()
      const [saved] = yield* download(imageAt(url("a.png")))
      expect(asked).toEqual([`bytes=${2 * png.length}-`, undefined])
      expect(readFileSync(String(saved?.path)).equals(png)).toBe(true)
    })
  )

  it.live("at the same time as another one of the same file gives one whole file", () =>
    Effect.gen(function* () {
      const { url } = yield* host()
      const result = imageAt(url("a.png"))
      const both = yield* Effect.all([download(result), download(result)], { concurrency: 2 })
      expect(both.map(([saved]) => saved?.path)).toEqual([at(`${uuid}.png`), at(`${uuid}.png`)])
      const again = [download(result, { overwrite: true }), download(result, { overwrite: true })]
      yield* Effect.all(again, { concurrency: 2 })
      expect(inFolder()).toEqual([`${uuid}.png`])
      expect(hash(readFileSync(at(`${uuid}.png`)))).toBe(hash(png))
    })
  )
})

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

describe("a file that is there", () => {
  it.live("is kept when it is the same, though its address has expired", () =>
    Effect.gen(function* () {
      writeFileSync(at(`${uuid}.png`), png)
      const { url } = yield* host([{ _tag: "Serve" }, { _tag: "Status", status: 404 }])
      const result = imageAt(url("a.png"))
      const kept = [yield* download(result), yield* download(result)].flat()
      expect(kept.map(({ isNew, size }) => ({ isNew, size }))).toEqual(
        Array.from({ length: 2 }, () => ({ isNew: false, size: png.length }))
      )
    })
  )

  it.live("is kept by its UUID where the host doesn't say how large it is", () =>
    Effect.gen(function* () {
      const { url } = yield* host(Array.from({ length: 2 }, (): Behaviour => ({ _tag: "Short", bytes: 300_000 })))
      const result = imageAt(url("a.png"))
      const saved = [yield* download(result), yield* download(result)].flat()
      expect(saved.map(({ isNew, size }) => [isNew, size])).toEqual([
        [true, png.length],
        [false, png.length]
      ])
    })
  )

  it.live("is found without an extension in the address", () =>
    Effect.gen(function* () {
      const { url } = yield* host()
      const result = imageAt(url("no-extension"))
      const saved = [yield* download(result), yield* download(result)].flat()
      expect(saved.map(({ isNew, path }) => [isNew, path])).toEqual([
        [true, at(`${uuid}.png`)],
        [false, at(`${uuid}.png`)]
      ])
    })
  )

  it.live("and is another one is never replaced, unless that is asked for", () =>
    Effect.gen(function* () {
      writeFileSync(at(`${uuid}.png`), "somebody's")
      writeFileSync(at("mine.png"), "mine")
      const { url } = yield* host()
      const result = imageAt(url("a.png"))
      const name = () => "mine.png"
      const errors = [yield* Effect.flip(download(result)), yield* Effect.flip(download(result, { name }))]
      expect(errors.map(codes)).toEqual(Array.from({ length: 2 }, () => ["validation", "fileExists", "to"]))
      expect(errors[0]?.message).toContain("pass `overwrite: true`")
      expect([readFileSync(at(`${uuid}.png`), "utf8"), readFileSync(at("mine.png"), "utf8")]).toEqual([
        "somebody's",
        "mine"
      ])
      yield* download(result, { name, overwrite: true })
      expect(readFileSync(at("mine.png")).equals(png)).toBe(true)
    })
  )

  it.live("under a link is neither followed nor replaced", () =>
    Effect.gen(function* () {
      writeFileSync(at("target"), "somebody's")
      symlinkSync(at("target"), at(`${uuid}.png`))
      symlinkSync(at("target"), at("other.part"))
      const { url } = yield* host()
      const errors = [
        yield* Effect.flip(download(imageAt(url("a.png")))),
        yield* Effect.flip(download({ ...imageAt(url("a.png")), imageUUID: "other" }))
      ]
      expect(errors.map(({ rawCode }) => rawCode)).toEqual(["fileExists", "fileNotWritable"])
      expect(readFileSync(at("target"), "utf8")).toBe("somebody's")
    })
  )

  it.live("beside files that fail is saved all the same", () =>
    Effect.gen(function* () {
      const { url } = yield* host([{ _tag: "Status", status: 410 }])
      const results = [imageAt(url("a.png")), { ...imageAt(url("b.png")), imageUUID: "second" }]
      const error = yield* Effect.flip(download(results, { concurrency: 1 }))
      expect([error.code, error.rawCode, error.statusCode]).toEqual(["notFound", "mediaNotFound", 410])
      expect(inFolder()).toContain("second.png")
    })
  )
})

describe("names", () => {
  it.live.each([
    ["../../escape", "_escape.png"],
    ["/etc/passwd", "_etc_passwd.png"],
    ["..", "t-1.png"],
    ["C:\\windows", "C_windows.png"],
    ["nul", "t-1.png"],
    ["a".repeat(500), `${"a".repeat(100)}.png`]
  ])("of the service stay in the folder: %s", ([imageUUID = "", name = ""]) =>
    Effect.gen(function* () {
      const { url } = yield* host()
      const [saved] = yield* download({ ...imageAt(url("..%2F..%2Fevil.png")), imageUUID })
      expect([saved?.path, inFolder()]).toEqual([at(name), [name]])
    })
  )

  it.live("are the caller's where wanted", () =>
    Effect.gen(function* () {
      const { url } = yield* host()
      const [saved] = yield* download(imageAt(url("a.png")), { name: ({ kind }) => `my ${kind}.png` })
      expect(saved?.path).toBe(at("my image.png"))
    })
  )

  it.live.each<unknown>(["../a.png", "a/b.png", "a\\b.png", "", "..", ".", "a\0.png", "a.part", 5, undefined])(
    "that leave the folder, or are none, are refused: %j",
    (name) =>
      Effect.gen(function* () {
        const { url } = yield* host()
        const error = yield* Effect.flip(download(imageAt(url("a.png")), { name: () => name as string }))
        expect(codes(error)).toEqual(["validation", "invalidFileName", "name"])
        expect(inFolder()).toEqual([])
      })
  )
})

describe("what can't be saved says why", () => {
  it.live.each<[string, unknown, DownloadOptions, ReadonlyArray<unknown>, string]>([
    ["a text", { text: "a" }, {}, ["validation", "noFiles", "results"], "There are no files in the result."],
    ["nothing", undefined, {}, ["validation", "noFiles", "results"], "Texts are in the result itself."],
    [
      "an address of another kind",
      imageAt("ftp://a/b.png"),
      {},
      ["serverError", "unreadableMedia", undefined],
      "none that can be fetched"
    ],
    [
      "a file address",
      imageAt("file:///etc/passwd"),
      {},
      ["serverError", "unreadableMedia", undefined],
      "none that can be fetched"
    ],
    [
      "broken base64",
      { imageUUID: uuid, imageBase64Data: "a===" },
      {},
      ["serverError", "unreadableMedia", undefined],
      "not valid base64"
    ],
    [
      "a data URI that is none",
      { imageUUID: uuid, imageDataURI: "image" },
      {},
      ["serverError", "unreadableMedia", undefined],
      "data URI is none"
    ],
    [
      "an unknown option",
      imageAt("http://a"),
      { overwrit: true } as DownloadOptions,
      ["validation", "invalidConfig", "overwrit"],
      "Did you mean overwrite?"
    ],
    [
      "an option of the wrong kind",
      imageAt("http://a"),
      { maxBytes: -1 },
      ["validation", "invalidOption", "maxBytes"],
      "1 or more, or Infinity, got -1."
    ],
    [
      "a silence that is none",
      imageAt("http://a"),
      { idleTimeout: 0 },
      ["validation", "invalidOption", "idleTimeout"],
      "a duration"
    ]
  ])("%s", ([, results, options, expected, hint]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(download(results, { maxRetries: 0, ...options }))
      expect(codes(error)).toEqual(expected)
      expect(error.message).toContain(hint)
    })
  )

  it.live("a file that is too large, before and while it comes", () =>
    Effect.gen(function* () {
      const { url } = yield* host([{ _tag: "Serve" }, { _tag: "Short", bytes: 100_000 }])
      const result = imageAt(url("a.png"))
      const options = { maxBytes: 99_999, maxRetries: 0 }
      const errors = [yield* Effect.flip(download(result, options)), yield* Effect.flip(download(result, options))]
      expect(errors.map(({ rawCode }) => rawCode)).toEqual(["mediaTooLarge", "mediaTooLarge"])
      expect(inFolder()).toEqual([])
    })
  )

  it.live("a host that keeps failing", () =>
    Effect.gen(function* () {
      const { asked, url } = yield* host(Array.from({ length: 5 }, (): Behaviour => ({ _tag: "Stall", after: 0 })))
      const error = yield* Effect.flip(download(imageAt(url("a.png")), { idleTimeout: 30, maxRetries: 1 }))
      expect([error.code, error.rawCode, asked.length]).toEqual(["timeout", "mediaStalled", 2])
      expect(existsSync(at(`${uuid}.png`))).toBe(false)
    })
  )

  it.live("a folder that is a file, or below one", () =>
    Effect.gen(function* () {
      writeFileSync(at("file"), "")
      mkdirSync(at("other"))
      const { url } = yield* host()
      const errors = yield* Effect.forEach([at("file"), at("file/below"), "", "https://im.example/a"], (to) =>
        NodeMedia.download(imageAt(url("a.png")), to).pipe(Effect.provide(FetchHttpClient.layer), Effect.flip)
      )
      expect(errors.map(({ code, parameter, rawCode }) => [code, rawCode, parameter])).toEqual([
        ["validation", "fileNotWritable", "to"],
        ["validation", "fileNotWritable", "to"],
        ["validation", "invalidFolder", "to"],
        ["validation", "invalidFolder", "to"]
      ])
    })
  )
})
