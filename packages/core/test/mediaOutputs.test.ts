import { assert, describe, expect, it } from "@effect/vitest"
import * as Base64 from "effect/encoding/Base64"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Media from "../src/Media.ts"
import { uuid } from "./builders.ts"
import { files, png } from "./mediaFiles.ts"

const base64 = Base64.encode(png)

/** An HTTP client that answers from a list, and tells what it was asked. */
const http = (...answers: ReadonlyArray<() => Response>) => {
  const asked: Array<HttpClientRequest.HttpClientRequest> = []
  const layer = Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)]
      asked.push(request)
      return answer === undefined
        ? Effect.die("no request was expected")
        : Effect.sync(() => HttpClientResponse.fromWeb(request, answer()))
    })
  )
  return { asked, layer }
}

const image = (fields: Readonly<Record<string, unknown>>) => ({
  taskType: "imageInference",
  taskUUID: uuid(1),
  imageUUID: uuid(2),
  ...fields
})
const at = (url: string) => image({ imageURL: url })

describe("the files of results", () => {
  it("are found by their fields, in every form, in order, each once", () => {
    const results = [
      image({ imageURL: "https://im.example/a.webp?x=1", seed: 1, cost: 2 }),
      image({ imageURL: "https://im.example/a.webp?x=1" }),
      { videoUUID: "v", videoDataURI: "data:video/mp4;base64,AA==" },
      { maskImageUUID: "m", maskImageBase64Data: "AA==", inputImageUUID: "i", detections: [] },
      { taskUUID: "t", outputs: { files: [{ uuid: "f", url: "https://im.example/m.glb" }, { uuid: "g" }, null] } },
      { mediaUUID: "u", mediaURL: "https://im.example/u.png" },
      { text: "a", webhookURL: "https://a.example", heroImageURL: "https://a.example/h.png", imageURL: "" }
    ]
    expect(
      Media.outputs(results).map(({ delivery, kind, stem, uuid, value }) => [kind, delivery, value, uuid, stem])
    ).toEqual([
      ["image", "URL", "https://im.example/a.webp?x=1", uuid(2), uuid(2)],
      ["video", "dataURI", "data:video/mp4;base64,AA==", "v", "v"],
      ["maskImage", "base64Data", "AA==", "m", "m"],
      ["file", "URL", "https://im.example/m.glb", "f", "f"],
      ["media", "URL", "https://im.example/u.png", "u", "u"]
    ])
    expect(Media.outputs(results[0])).toEqual(Media.outputs(results.slice(0, 1)))
  })

  it("are none in what is no result", () => {
    for (const value of [undefined, null, "https://im.example/a.png", 5, [], {}, [[{ imageURL: "https://a" }]]]) {
      expect(Media.outputs(value)).toEqual([])
    }
  })

  it.prop(
    "have names that are files of one folder, each its own, whatever the service calls them",
    [Schema.Array(Schema.Struct({ imageUUID: Schema.String, imageURL: Schema.NonEmptyString }))],
    ([items]) => {
      const stems = Media.outputs(items).map(({ stem }) => stem)
      for (const stem of stems) assert.match(stem, /^[\w-]{1,110}$/)
      assert.strictEqual(new Set(stems.map((stem) => stem.toLowerCase())).size, stems.length)
      return true
    }
  )

  it.each([
    ["https://im.example/a/b.PNG?x=1#y", "png"],
    ["https://im.example/a.tar.gz", "gz"],
    ["https://im.example/a", undefined],
    ["https://im.example/a.", undefined],
    ["https://im.example/v1.2/file", undefined],
    ["https://im.example/a.png%2F..%2Fb", undefined],
    ["no address", undefined]
  ])("tell their extension by their address: %s", (url, extension) => {
    const [output] = Media.outputs(at(url))
    expect(output && Media.extensionOf(output)).toBe(extension)
  })
})

describe("the bytes of a file", () => {
  it.live("are decoded without a request where the result has them", () =>
    Effect.gen(function* () {
      const { asked, layer } = http()
      const results = [
        image({ imageBase64Data: base64 }),
        image({ imageDataURI: `data:image/png;base64,${base64}` }),
        image({ imageURL: `data:image/png;charset=x;base64,${base64}` }),
        Media.outputs(image({ imageBase64Data: base64 }))[0],
        [image({ imageBase64Data: base64 })]
      ]
      for (const result of results) {
        expect(yield* Media.bytes(result).pipe(Effect.provide(layer))).toEqual(Uint8Array.from(png))
      }
      const text = yield* Media.bytes(image({ imageDataURI: "data:,a%20b" })).pipe(Effect.provide(layer))
      expect(new TextDecoder().decode(text)).toBe("a b")
      expect(asked).toEqual([])
    })
  )

  it.live("are fetched where it has an address, with nothing of the key", () =>
    Effect.gen(function* () {
      const { asked, layer } = http(() => new Response(png))
      expect(yield* Media.bytes(at("https://im.example/a.png")).pipe(Effect.provide(layer))).toEqual(
        Uint8Array.from(png)
      )
      expect(asked.map(({ headers, method, url }) => [method, url, { ...headers }])).toEqual([
        ["GET", "https://im.example/a.png", { accept: "*/*", "accept-encoding": "identity" }]
      ])
    })
  )

  it.live.each(files)("make a blob of type %s", ([mime, bytes]) =>
    Effect.gen(function* () {
      const blob = yield* Media.toBlob(image({ imageBase64Data: Base64.encode(bytes) })).pipe(
        Effect.provide(http().layer)
      )
      expect(blob.type).toBe(mime)
      expect(new Uint8Array(yield* Effect.promise(() => blob.arrayBuffer()))).toEqual(Uint8Array.from(bytes))
    })
  )

  it.live("make a blob of the type that the host says, where they don't tell theirs", () =>
    Effect.gen(function* () {
      const { layer } = http(() => new Response("v 0 0 0", { headers: { "content-type": "model/obj; charset=utf-8" } }))
      const blob = yield* Media.toBlob(at("https://im.example/a.obj")).pipe(Effect.provide(layer))
      expect(blob.type).toBe("model/obj")
    })
  )

  it.live("are asked for again when they don't come in full", () =>
    Effect.gen(function* () {
      const { asked, layer } = http(
        () => new Response("busy", { status: 503 }),
        () => new Response(png.subarray(0, 9), { headers: { "content-length": String(png.length) } }),
        () => new Response(png)
      )
      expect(yield* Media.bytes(at("https://im.example/a.png")).pipe(Effect.provide(layer))).toEqual(
        Uint8Array.from(png)
      )
      expect(asked.length).toBe(3)
    })
  )

  it.live.each<[string, unknown, () => Response, ReadonlyArray<unknown>, string]>([
    [
      "expired",
      at("https://im.example/a.png"),
      () => new Response("", { status: 404 }),
      ["notFound", "mediaNotFound"],
      "has expired"
    ],
    [
      "forbidden",
      at("https://im.example/a.png"),
      () => new Response("", { status: 403 }),
      ["notFound", "mediaNotFound"],
      "HTTP 403"
    ],
    [
      "too large",
      at("https://im.example/a.png"),
      () => new Response(new Uint8Array(5000)),
      ["validation", "mediaTooLarge"],
      "`maxBytes`"
    ],
    [
      "said to be too large",
      at("https://im.example/a.png"),
      () => new Response(png, { headers: { "content-length": "5000" } }),
      ["validation", "mediaTooLarge"],
      "more than 4 KiB"
    ],
    [
      "no address",
      at("javascript:alert(1)"),
      () => new Response(png),
      ["serverError", "unreadableMedia"],
      "none that can be fetched"
    ],
    [
      "a text",
      { taskUUID: "t", text: "a" },
      () => new Response(png),
      ["validation", "noFiles"],
      "`Media.outputs(results)`"
    ],
    ["an address alone", "https://im.example/a.png", () => new Response(png), ["validation", "noFiles"], 'got "https:'],
    [
      "several",
      [at("https://im.example/a.png"), { ...at("https://im.example/b.png") }],
      () => new Response(png),
      ["validation", "severalFiles"],
      "there are 2"
    ],
    [
      "broken",
      image({ imageBase64Data: "a" }),
      () => new Response(png),
      ["serverError", "unreadableMedia"],
      "not valid base64"
    ]
  ])("that is %s is a clear error", ([, file, answer, expected, hint]) =>
    Effect.gen(function* () {
      const error = yield* Media.bytes(file, { maxBytes: 4096 }).pipe(Effect.provide(http(answer).layer), Effect.flip)
      expect([error.code, error.rawCode]).toEqual(expected)
      expect(error.submission).toBe("none")
      expect(error.message).toContain(hint)
    })
  )
})
