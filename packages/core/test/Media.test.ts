import { assert, describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Base64 from "effect/encoding/Base64"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Readable } from "node:stream"
import { inspect } from "node:util"
import * as Media from "../src/Media.ts"
import { redact } from "../src/internal/redaction.ts"
import * as Runware from "../src/Runware.ts"
import type { RunwareError } from "../src/RunwareError.ts"
import { layerSink, type LogEntry } from "../src/RunwareLogger.ts"
import type { Task, TaskParams } from "../src/Task.ts"
import * as Validator from "../src/Validator.ts"
import { acknowledgement, image } from "./builders.ts"
import { files, png } from "./mediaFiles.ts"
import { client, lost, reply, scripted } from "./scripted.ts"

const uriOf = (mime: string, bytes: Uint8Array) => `data:${mime};base64,${Base64.encode(bytes)}`
const pngUri = uriOf("image/png", png)
const letters = new TextEncoder().encode("no file that anybody knows")

/** Files are read in real time: no wait of the client may be longer than none. */
const atOnce = { pollDelay: 0, pollInterval: 0, retryDelay: 0 }

const paramsOf = (fields: Readonly<Record<string, unknown>>): TaskParams => ({
  taskType: "imageInference",
  model: "civitai:1@1",
  ...fields
})

/** What reaches the wire of parameters, or the error. */
const sent = (fields: Readonly<Record<string, unknown>>, options: { readonly maxMediaBytes?: number } = {}) =>
  Effect.gen(function* () {
    const transport = scripted([reply([acknowledgement()])], [reply([image("a")])])
    const outcome = yield* Runware.run(paramsOf(fields)).pipe(
      Effect.provide(client(transport, { ...atOnce, ...options })),
      Effect.result
    )
    return { task: transport.sent[0]?.task, error: Result.isFailure(outcome) ? outcome.failure : undefined }
  })

const refusal = (error: RunwareError | undefined) =>
  error && { code: error.code, rawCode: error.rawCode, parameter: error.parameter, submission: error.submission }

describe("a medium among parameters", () => {
  it.live("leaves as a data URI, whatever holds it and wherever it stands", () =>
    Effect.gen(function* () {
      const within = new Uint8Array([1, 2, ...png, 3]).subarray(2, 2 + png.length)
      const { task } = yield* sent({
        seedImage: png,
        maskImage: new Blob([png]),
        inputs: {
          image: png.buffer,
          referenceImages: [within, { image: new File([png], "a.png") }, new DataView(png.buffer)],
          other: [[{ deep: Buffer.from(png) }]]
        },
        anything: Media.fromBytes(png),
        frames: [Media.fromBlob(new Blob([png])), Media.fromStream(new Blob([png]).stream())],
        streams: [
          Media.fromStream(Readable.from([png])),
          Media.fromStream(Stream.make(png.subarray(0, 9), png.subarray(9)))
        ]
      })
      expect(task).toMatchObject({
        seedImage: pngUri,
        maskImage: pngUri,
        inputs: { image: pngUri, referenceImages: [pngUri, { image: pngUri }, pngUri], other: [[{ deep: pngUri }]] },
        anything: pngUri,
        frames: [pngUri, pngUri],
        streams: [pngUri, pngUri]
      })
    })
  )

  it.live("leaves everything around it as it was", () =>
    Effect.gen(function* () {
      const at = new Date(0)
      const params = { inputs: { image: png, at, none: null, list: [1, "a", { b: true }] }, positivePrompt: "fog" }
      const { task } = yield* sent(params)
      expect(task).toMatchObject({ ...params, inputs: { ...params.inputs, image: pngUri } })
      expect(params.inputs.image).toBe(png)
    })
  )

  it.live("is sent with the same bytes by every attempt, also when it came as a stream or changes meanwhile", () =>
    Effect.gen(function* () {
      const mutable = Uint8Array.from(png)
      const changing = Effect.andThen(
        Effect.sync(() => mutable.fill(0)),
        lost("none")
      )
      const transport = scripted([changing, changing, reply([acknowledgement()])], [reply([image("a")])])
      let opened = 0
      const stream = new ReadableStream<Uint8Array>(
        {
          pull: (controller) => {
            opened++
            controller.enqueue(png)
            controller.close()
          }
        },
        { highWaterMark: 0 }
      )
      const results = yield* Runware.run(paramsOf({ seedImage: Media.fromStream(stream), maskImage: mutable })).pipe(
        Effect.provide(client(transport, atOnce))
      )
      expect(results.length).toBe(1)
      const submissions = transport.sent.filter(({ task }) => task.taskType === "imageInference")
      expect(submissions.map(({ task }) => [task.taskUUID, task["seedImage"], task["maskImage"]])).toEqual(
        Array.from({ length: 3 }, () => [submissions[0]?.task.taskUUID, pngUri, pngUri])
      )
      expect(opened).toBe(1)
    })
  )

  it.live("is read once where it stands twice, and counts twice", () =>
    Effect.gen(function* () {
      let opened = 0
      const file = Media.make(async function* () {
        opened++
        yield png
      })
      const both = { frames: [file, file] }
      expect((yield* sent(both)).task).toMatchObject({ frames: [pngUri, pngUri] })
      expect(opened).toBe(1)
      const { error } = yield* sent(both, { maxMediaBytes: 2 * png.length - 1 })
      expect(refusal(error)).toEqual({
        code: "validation",
        rawCode: "mediaTooLarge",
        parameter: "frames.1",
        submission: "none"
      })
    })
  )

  it.live("a stream serves every call that it is given to", () =>
    Effect.gen(function* () {
      const file = Media.fromStream(new Blob([png]).stream())
      expect((yield* sent({ seedImage: file })).task).toMatchObject({ seedImage: pngUri })
      expect((yield* sent({ maskImage: file })).task).toMatchObject({ maskImage: pngUri })
    })
  )

  it.live("is closed when its call is given up", () =>
    Effect.gen(function* () {
      const opened = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      const done = (deferred: Deferred.Deferred<void>) => void Effect.runSync(Deferred.succeed(deferred, undefined))
      const stream = new ReadableStream<Uint8Array>(
        { pull: () => done(opened), cancel: () => done(closed) },
        { highWaterMark: 0 }
      )
      const fiber = yield* Effect.forkChild(Media.toDataURI(stream))
      yield* Deferred.await(opened)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(closed)
    })
  )

  it.live("is a data URI to the validator, and its type and length to the log", () =>
    Effect.gen(function* () {
      const validated: Array<unknown> = []
      const entries: Array<LogEntry> = []
      const transport = scripted([reply([acknowledgement()])], [reply([image("a")])])
      const validator = Layer.effect(
        Validator.Validator,
        Effect.map(Validator.Validator, (none) => ({
          ...none,
          validate: (task: Task) => Effect.sync(() => void validated.push(task["seedImage"]))
        }))
      ).pipe(Layer.provide(Validator.layerNone))
      yield* Runware.run(paramsOf({ seedImage: png }), { validate: true }).pipe(
        Effect.provide(client(transport, atOnce, validator)),
        Effect.provide(layerSink((entry) => void entries.push(entry)))
      )
      expect(validated).toEqual([pngUri])
      expect(entries.length).toBeGreaterThan(0)
      expect(JSON.stringify(entries)).not.toContain(Base64.encode(png).slice(0, 20))
    })
  )

  it("shows nothing of its bytes, printed or logged", () => {
    const file = Media.fromBytes(png, { name: "a.png", type: "image/png" })
    const shown = '{"_tag":"MediaFile","name":"a.png","type":"image/png"}'
    expect(JSON.stringify(file)).toBe(shown)
    expect(inspect(file)).toBe("File { name: 'a.png', type: 'image/png' }")
    expect(redact({ seedImage: pngUri, file })).toEqual({
      seedImage: `data:image/png;base64,… <${pngUri.length} characters>`,
      file: JSON.parse(shown)
    })
  })
})

describe("the MIME type", () => {
  it.live.each(files)("%s is told by the bytes", ([mime, bytes]) =>
    Effect.gen(function* () {
      expect(yield* Media.toDataURI(bytes)).toBe(uriOf(mime, bytes))
    })
  )

  it.live("is what its caller says, then what the bytes say, then what it was declared as", () =>
    Effect.gen(function* () {
      const types = [
        yield* Media.toDataURI(Media.fromBytes(png, { type: "image/x-own" })),
        yield* Media.toDataURI(png, { type: "image/x-own" }),
        yield* Media.toDataURI(new Blob([png], { type: "text/plain" })),
        yield* Media.toDataURI(new Blob([letters], { type: "text/plain;charset=utf-8" })),
        yield* Media.toDataURI(Media.fromBlob(new Blob([letters], { type: "TEXT/csv" })))
      ].map((uri) => uri.slice("data:".length, uri.indexOf(";")))
      expect(types).toEqual(["image/x-own", "image/x-own", "image/png", "text/plain", "text/csv"])
    })
  )

  const Bytes = Arbitrary.array(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))), {
    minLength: 1,
    maxLength: 400
  })

  it.effect.prop(
    "never fails over any bytes, and what is encoded decodes to them",
    [Bytes, Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: files.length - 1 })))],
    ([numbers, index]) =>
      Effect.gen(function* () {
        const [mime, head] = files[index] ?? ["", png]
        const bytes = mime === "image/svg+xml" ? head : Uint8Array.from([...head, ...numbers])
        const uri = yield* Media.toDataURI(bytes)
        assert.deepStrictEqual(Base64.decode(uri.slice(uri.indexOf(",") + 1)), Result.succeed(Uint8Array.from(bytes)))
        const alone = yield* Effect.result(Media.toDataURI(Uint8Array.from(numbers)))
        if (Result.isFailure(alone)) assert.strictEqual(alone.failure.rawCode, "unknownMediaType")
      })
  )
})

describe("what is wrong with a medium is said by the field, and nothing is sent", () => {
  const broken = () =>
    new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("the disk is gone")) })
  const locked = () => {
    const stream = new Blob([png]).stream()
    stream.getReader()
    return stream
  }
  const ofText = () => Readable.from(["some text"]) as AsyncIterable<unknown> as AsyncIterable<Uint8Array>

  it.live.each<[string, unknown, string, string]>([
    ["no bytes", new Uint8Array(0), "mediaEmpty", "The file has no bytes."],
    ["an empty blob", new Blob([]), "mediaEmpty", "The file has no bytes."],
    ["a buffer that was transferred", transferred(), "mediaNotReadable", "detached"],
    ["an empty stream", Media.fromStream(new Blob([]).stream()), "mediaEmpty", "The file has no bytes."],
    ["too many bytes", new Uint8Array(1001), "mediaTooLarge", "more than the 1000 bytes that are left for it"],
    ["a blob that is too large", new Blob([new Uint8Array(1001)]), "mediaTooLarge", "`mediaStorage`"],
    [
      "a stream without end",
      Media.fromStream(endless()),
      "mediaTooLarge",
      "the option `maxMediaBytes` raises the limit"
    ],
    ["bytes of no known kind", letters, "unknownMediaType", 'Say it: `Media.fromBytes(bytes, { type: "image/png" })`.'],
    ["a type that is none", Media.fromBytes(png, { type: "png" }), "invalidMediaType", '"png" is no MIME type.'],
    [
      "a type that would break out of the URI",
      Media.fromBytes(png, { type: "image/png;base64,AAAA" }),
      "invalidMediaType",
      "is no MIME type."
    ],
    ["a stream that breaks", Media.fromStream(broken()), "mediaNotReadable", "could not be read: the disk is gone"],
    ["a stream of Effect that fails", Media.fromStream(Stream.fail("gone")), "mediaNotReadable", "could not be read"],
    ["a stream that somebody reads", Media.fromStream(locked()), "mediaNotReadable", "locked"],
    [
      "a stream of text",
      Media.fromStream(ofText()),
      "mediaNotReadable",
      "it gave text. Open the file without an encoding."
    ],
    ["a file of another release", { "~effect-runware/Media": {} }, "mediaNotReadable", "this one can't read"]
  ])("%s", ([, medium, rawCode, hint]) =>
    Effect.gen(function* () {
      const { error, task } = yield* sent(
        { inputs: { referenceImages: [png, medium] } },
        { maxMediaBytes: 1000 + png.length }
      )
      expect(task).toBe(undefined)
      expect(refusal(error)).toEqual({
        code: "validation",
        rawCode,
        parameter: "inputs.referenceImages.1",
        submission: "none"
      })
      expect(error?.message).toContain("inputs.referenceImages.1: ")
      expect(error?.message).toContain(hint)
      expect(JSON.stringify(error)).not.toContain(Base64.encode(png).slice(0, 20))
    })
  )

  it.live("a stream that a call broke off can't serve the next one", () =>
    Effect.gen(function* () {
      const file = Media.fromStream(new Blob([png, png]).stream())
      yield* sent({ seedImage: file }, { maxMediaBytes: 10 })
      const { error } = yield* sent({ seedImage: file })
      expect(refusal(error)).toEqual({
        code: "validation",
        rawCode: "mediaAlreadyRead",
        parameter: "seedImage",
        submission: "none"
      })
    })
  )

  it.live.each<[string, unknown, string]>([
    ["a path", "photo.png", "A string is never read as a path: use `Media.fromFile(path)`."],
    ["nothing", undefined, "got undefined"],
    ["a number", 5, "got 5"],
    ["an object", { image: png }, "got an object with keys image"]
  ])("%s is no medium for a data URI", ([, value, hint]) =>
    Effect.gen(function* () {
      // Callers may be plain JavaScript.
      const error = yield* Effect.flip(Media.toDataURI(value as Uint8Array))
      expect(refusal(error)).toEqual({
        code: "validation",
        rawCode: "invalidMedia",
        parameter: "file",
        submission: "none"
      })
      expect(error.message).toContain(hint)
    })
  )
})

function transferred(): ArrayBuffer {
  const buffer = Uint8Array.from(png).buffer
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(100)
}
