import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it, vi } from "vitest"
import {
  createClient,
  fileToDataURI,
  isRunwareError,
  Media,
  type MediaSource,
  type RunwareError
} from "../src/index.ts"

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64"
)
const pngUri = `data:image/png;base64,${png.toString("base64")}`

let emulator: RunningEmulator
let folder: string
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  emulator = await startEmulator({ timeScale: 0 })
  folder = mkdtempSync(join(tmpdir(), "runware-media-"))
  writeFileSync(at("photo.png"), png)
  writeFileSync(at("empty.png"), "")
})

afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true, force: true })
})

afterEach(() => void vi.unstubAllGlobals())

const rejection = async (promise: Promise<unknown>): Promise<RunwareError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause
  )
  if (!isRunwareError(error)) throw new Error("it did not reject with a RunwareError", { cause: error })
  return error
}

/** A client whose requests are kept, and answered by the emulator. */
const recording = () => {
  const bodies: Array<string> = []
  const client = createClient({
    apiKey: emulator.apiKey,
    baseUrl: emulator.url,
    transport: "rest",
    pollDelay: 0,
    pollInterval: 0,
    dependencies: {
      fetch: (input, init) => {
        if (init?.method === "POST") bodies.push(new TextDecoder().decode(init.body as Uint8Array))
        return fetch(input, init)
      }
    }
  })
  const first = () => JSON.parse(bodies[0] ?? "[]")[0]
  return { bodies, client, first }
}

describe("fileToDataURI", () => {
  it("takes paths, URLs, bytes, blobs and streams", async () => {
    const uris = await Promise.all(
      [
        at("photo.png"),
        pathToFileURL(at("photo.png")),
        png,
        Uint8Array.from(png).buffer,
        new Blob([png]),
        new File([png], "a.png"),
        new Blob([png]).stream(),
        Media.fromFile(at("photo.png"))
      ].map((file) => fileToDataURI(file))
    )
    expect(uris).toEqual(uris.map(() => pngUri))
    expect(await fileToDataURI(png, { type: "image/x-own" })).toBe(pngUri.replace("png", "x-own"))
  })

  it.each<[string, () => Promise<unknown>, ReadonlyArray<unknown>, string]>([
    ["no such file", () => fileToDataURI("nothing.png"), ["validation", "fileNotFound", "file"], "There is no file"],
    ["a folder", () => fileToDataURI(folder), ["validation", "fileNotReadable", "file"], "is a directory"],
    ["an empty file", () => fileToDataURI(at("empty.png")), ["validation", "mediaEmpty", "file"], "no bytes"],
    [
      "a web page",
      () => fileToDataURI("https://a.example/b.png"),
      ["validation", "fileNotReadable", "file"],
      "is a URL, no path"
    ],
    [
      "a large file",
      () => fileToDataURI(png, { maxBytes: 10 }),
      ["validation", "mediaTooLarge", "file"],
      "more than the 10 bytes"
    ],
    [
      "a limit that is none",
      () => fileToDataURI(png, { maxBytes: NaN }),
      ["validation", "invalidConfig", "maxBytes"],
      "got NaN"
    ],
    [
      "unknown bytes",
      () => fileToDataURI(new Uint8Array([1, 2, 3])),
      ["validation", "unknownMediaType", "file"],
      "Say it"
    ],
    [
      "nothing",
      () => fileToDataURI(undefined as unknown as string),
      ["validation", "invalidMedia", "file"],
      "got undefined"
    ],
    [
      "an unknown option",
      () => fileToDataURI(png, { typ: "a" } as object),
      ["validation", "invalidConfig", "typ"],
      "Did you mean type?"
    ]
  ])("rejects %s", async (_, call, expected, hint) => {
    const error = await rejection(call())
    expect([error.code, error.rawCode, error.parameter]).toEqual(expected)
    expect(error.message).toContain(hint)
  })

  it("is given up by its signal, before and while it reads", async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })
    const controller = new AbortController()
    const reading = rejection(fileToDataURI(endless, { signal: controller.signal }))
    setImmediate(() => controller.abort())
    expect((await reading).code).toBe("aborted")
    expect((await rejection(fileToDataURI(png, { signal: AbortSignal.abort() }))).code).toBe("aborted")
  })

  it("has no paths where there is no disk", async () => {
    vi.stubGlobal("process", undefined)
    const errors = [
      await rejection(fileToDataURI("photo.png")),
      await rejection(Media.download({ imageURL: pngUri }, "out"))
    ]
    const uri = await fileToDataURI(new Blob([png]))
    vi.unstubAllGlobals()
    expect(errors.map(({ code, rawCode }) => [code, rawCode])).toEqual([
      ["validation", "noFileSystem"],
      ["validation", "noFileSystem"]
    ])
    expect(errors[0]?.message).toContain("Give a `File`, a `Blob` or bytes")
    expect(uri).toBe(pngUri)
  })
})

describe("a file in the parameters of a call", () => {
  it("is sent as a data URI, by all that it may be", async () => {
    const { client, first } = recording()
    const file = Media.fromFile(at("photo.png"))
    await client.submit({
      taskType: "imageInference",
      model: "civitai:1@1",
      positivePrompt: at("photo.png"),
      width: 512,
      height: 512,
      inputs: {
        referenceImages: [
          file,
          png,
          new Blob([png]),
          new File([png], "a.png"),
          Media.fromStream(new Blob([png]).stream())
        ]
      }
    })
    expect(first().inputs.referenceImages).toEqual(Array.from({ length: 5 }, () => pngUri))
    expect(first().positivePrompt).toBe(at("photo.png"))
  })

  it("that can't be read rejects the call, and nothing is sent", async () => {
    const { bodies, client } = recording()
    const error = await rejection(
      client.run({
        taskType: "imageInference",
        model: "civitai:1@1",
        inputs: { referenceImages: [png, Media.fromFile("no.png")] }
      })
    )
    expect([error.code, error.rawCode, error.parameter, error.submission]).toEqual([
      "validation",
      "fileNotFound",
      "inputs.referenceImages.1",
      "none"
    ])
    expect(bodies).toEqual([])
  })

  it("has a type without anything of Effect", () => {
    expectTypeOf<Uint8Array>().toExtend<MediaSource>()
    expectTypeOf<File>().toExtend<MediaSource>()
    expectTypeOf(Media.fromFile).returns.toExtend<MediaSource>()
    expectTypeOf<string>().not.toExtend<MediaSource>()
  })
})

describe("the files of results", () => {
  const run = async (outputType: "URL" | "base64Data" | "dataURI") => {
    const { client } = recording()
    return client.run({
      model: "runware:101@1",
      positivePrompt: "a paper boat",
      width: 256,
      height: 256,
      numberResults: 2,
      outputFormat: "PNG",
      outputType
    })
  }

  it.each(["URL", "base64Data", "dataURI"] as const)(
    "are bytes, blobs and files, delivered as %s",
    async (outputType) => {
      const images = await run(outputType)
      const out = at(outputType)
      const progress: Array<number> = []
      const saved = await Media.download(images, out, {
        onProgress: ({ received }) => {
          progress.push(received)
          throw new Error("a callback that fails")
        }
      })
      const bytes = await Promise.all(images.map((image) => Media.bytes(image)))
      const blobs = await Promise.all(images.map((image) => Media.toBlob(image)))
      expect(saved.map(({ path }) => basename(path))).toEqual(images.map(({ imageUUID }) => `${imageUUID}.png`))
      expect(saved.map(({ path }) => readFileSync(path))).toEqual(bytes.map((one) => Buffer.from(one)))
      expect(blobs.map(({ size, type }) => [size, type])).toEqual(saved.map(({ size }) => [size, "image/png"]))
      expect(Media.outputs(images).map(({ kind, uuid }) => [kind, uuid])).toEqual(
        images.map(({ imageUUID }) => ["image", imageUUID])
      )
      expect(progress.includes(saved[0]?.size ?? -1)).toBe(true)
      const again = await Media.download(images, out)
      expect(again.map(({ isNew }) => isNew)).toEqual([false, false])
      expect(readdirSync(out).length).toBe(2)
    }
  )

  it("are fetched with the caller's fetch, and given up by the caller's signal", async () => {
    const [image] = await run("URL")
    const asked: Array<string> = []
    const bytes = await Media.bytes(image, {
      fetch: (input, init) => {
        asked.push(String(input))
        return fetch(input, init)
      }
    })
    expect([asked, bytes.length > 100]).toEqual([[image?.imageURL], true])
    const error = await rejection(Media.download(image, at("aborted"), { signal: AbortSignal.abort() }))
    expect(error.code).toBe("aborted")
  })

  it.each<[string, () => Promise<unknown>, ReadonlyArray<unknown>]>([
    ["a text", () => Media.download({ text: "a" }, folder), ["validation", "noFiles", "results"]],
    ["a text in memory", () => Media.bytes({ text: "a" }), ["validation", "noFiles", "file"]],
    [
      "an unknown option",
      () => Media.download({}, folder, { overwrit: 1 } as object),
      ["validation", "invalidConfig", "overwrit"]
    ],
    [
      "a wrong option",
      () => Media.download({}, folder, { concurrency: 0 }),
      ["validation", "invalidOption", "concurrency"]
    ],
    ["a wrong fetch", () => Media.bytes({}, { fetch: 5 } as object), ["validation", "invalidConfig", "fetch"]],
    [
      "a wrong time",
      () => Media.toBlob({}, { idleTimeout: "soon" } as object),
      ["validation", "invalidConfig", "idleTimeout"]
    ]
  ])("%s is refused", async (_, call, expected) => {
    const error = await rejection(call())
    expect([error.code, error.rawCode, error.parameter]).toEqual(expected)
  })
})
