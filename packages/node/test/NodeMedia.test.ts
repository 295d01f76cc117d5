import { afterAll, assert, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Media from "@effect-runware/core/Media"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as NodeMedia from "../src/NodeMedia.ts"

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64"
)
const pngUri = `data:image/png;base64,${png.toString("base64")}`

let folder: string
const at = (name: string): string => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "runware-media-"))
  writeFileSync(at("a photo.png"), png)
  writeFileSync(at("misnamed.txt"), png)
  writeFileSync(at("notes.txt"), "no bytes that anybody knows")
  writeFileSync(at("unknown"), "no bytes that anybody knows")
  writeFileSync(at("empty.png"), "")
  writeFileSync(at("large.png"), png)
  truncateSync(at("large.png"), 30 * 1024 * 1024)
  mkdirSync(at("folder.png"))
  symlinkSync(at("a photo.png"), at("link.png"))
  symlinkSync(at("loop.png"), at("loop.png"))
  execFileSync("mkfifo", [at("pipe.png")])
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("a file on disk", () => {
  it.live("is a data URI of the type that its bytes say, else its name, by path, URL and link", () =>
    Effect.gen(function* () {
      const uris = yield* Effect.forEach(
        [at("a photo.png"), pathToFileURL(at("a photo.png")), at("misnamed.txt"), at("link.png"), at("notes.txt")],
        (path) => Media.toDataURI(NodeMedia.fromFile(path))
      )
      const text = `data:text/plain;base64,${Buffer.from("no bytes that anybody knows").toString("base64")}`
      expect(uris).toEqual([pngUri, pngUri, pngUri, pngUri, text])
    })
  )

  it.live("is of the type that its caller says, and has its name", () =>
    Effect.gen(function* () {
      const file = NodeMedia.fromFile(at("a photo.png"), { type: "image/x-own" })
      assert.deepStrictEqual([file.name, file.type], ["a photo.png", "image/x-own"])
      assert.match(yield* Media.toDataURI(file), /^data:image\/x-own;base64,/)
    })
  )

  it.live("is read when it is sent, and anew each time", () =>
    Effect.gen(function* () {
      const file = NodeMedia.fromFile(at("later.png"))
      assert.strictEqual((yield* Effect.flip(Media.toDataURI(file))).rawCode, "fileNotFound")
      writeFileSync(at("later.png"), png)
      assert.strictEqual(yield* Media.toDataURI(file), pngUri)
    })
  )

  it.live.each<[string, () => unknown, string, string]>([
    ["is not there", () => at("nothing.png"), "fileNotFound", "There is no file"],
    ["is looked for where the process runs", () => "nothing.png", "fileNotFound", process.cwd()],
    ["is below a file", () => at("a photo.png/b.png"), "fileNotFound", "There is no file"],
    ["is a directory", () => folder, "fileNotReadable", "is a directory, no file"],
    ["is a directory with the name of a file", () => at("folder.png"), "fileNotReadable", "is a directory"],
    ["is a pipe", () => at("pipe.png"), "fileNotReadable", "is a pipe, no file"],
    ["is a device", () => "/dev/zero", "fileNotReadable", "is a device, no file"],
    ["is a link to itself", () => at("loop.png"), "fileNotReadable", "is a link to itself"],
    ["has too long a name", () => at("a".repeat(5000)), "fileNotReadable", "could not be opened"],
    ["is empty", () => at("empty.png"), "mediaEmpty", "The file has no bytes."],
    ["is too large", () => at("large.png"), "mediaTooLarge", "more than the 23 MiB that are left for it"],
    ["is of no known kind", () => at("unknown"), "unknownMediaType", "don't say what kind of file they are"],
    ["has no path", () => "", "fileNotReadable", "got an empty one"],
    ["has a path that is none", () => 5, "fileNotReadable", "A path was expected, got number."],
    ["has a path with a NUL", () => "a\0b", "fileNotReadable", "NUL character"],
    ["is a web page", () => "https://im.example/a.png", "fileNotReadable", "is a URL, no path. Give the URL as it is"],
    [
      "is at another host",
      () => new URL("https://im.example/a.png"),
      "fileNotReadable",
      "https://im.example is no place"
    ],
    ["is a data URI", () => pngUri, "fileNotReadable", "is a data URI, no path. Give the data URI as it is."]
  ])("that %s is refused", ([, path, rawCode, hint]) =>
    Effect.gen(function* () {
      // Callers may be plain JavaScript.
      const error = yield* Effect.flip(Media.toDataURI(NodeMedia.fromFile(path() as string)))
      expect({
        code: error.code,
        rawCode: error.rawCode,
        parameter: error.parameter,
        submission: error.submission
      }).toEqual({ code: "validation", rawCode, parameter: "file", submission: "none" })
      expect(error.message).toContain(hint)
      expect(error.message.length).toBeLessThan(600)
    })
  )

  it.live("that is a socket is refused", () =>
    Effect.gen(function* () {
      const server = createServer()
      yield* Effect.promise(() => new Promise<void>((resolve) => server.listen(at("socket.png"), resolve)))
      const error = yield* Effect.flip(Media.toDataURI(NodeMedia.fromFile(at("socket.png"))))
      server.close()
      assert.include(error.message, "is a socket, no file")
    })
  )
})
