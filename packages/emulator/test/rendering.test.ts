import { assert, describe, it } from "@effect/vitest"
import { createFile, MP4BoxBuffer } from "mp4box"
import { makeGallery } from "../src/internal/rendering/gallery.ts"
import { renderVideo } from "../src/internal/rendering/video.ts"
import type { MediaDescription } from "../src/Media.ts"
import { video } from "./inspection.ts"

const clip = (changes: Partial<MediaDescription> = {}): MediaDescription => ({
  uuid: "clip",
  format: "MP4",
  motif: "picture",
  width: 128,
  height: 96,
  quality: 95,
  duration: 5,
  fps: 24,
  sound: undefined,
  prompt: "a lighthouse in fog",
  seed: 7,
  model: "demo:video@1",
  ...changes
})

const sound = (uuid: string): MediaDescription =>
  clip({
    uuid,
    format: "WAV",
    width: 0,
    height: 0,
    fps: 0,
    duration: 1,
    sound: { sampleRate: 8000, channels: 1, bitrate: 64 }
  })

describe("a video", () => {
  it.each([
    { width: 16, height: 16, duration: 0.1, fps: 10 },
    { width: 1366, height: 766, duration: 1, fps: 12 },
    { width: 64, height: 48, duration: 90, fps: 30 },
    { width: 2160, height: 3840, duration: 1, fps: 24 }
  ])("is as large, as long and as fast as asked: $width x $height, $duration s, $fps", async (measures) => {
    for (const format of ["MP4", "WEBM"] as const) {
      const bytes = Buffer.from(await renderVideo(clip({ ...measures, format }), format))
      assert.deepInclude(await video(bytes), { container: format, ...measures })
    }
  })

  it("moves, and another seed is another video", async () => {
    const one = Buffer.from(await renderVideo(clip(), "MP4"))
    const another = Buffer.from(await renderVideo(clip({ seed: 8 }), "MP4"))
    const still = Buffer.from(await renderVideo(clip({ duration: 1 / 24 }), "MP4"))
    assert.isFalse(one.equals(another))
    assert.isAbove(one.length, 3 * still.length)
  })

  it("doesn't tell when it was written, so that the same video is always the same file", async () => {
    for (const format of ["MP4", "MOV"] as const) {
      const file = createFile()
      const bytes = await renderVideo(clip({ format, duration: 1 }), format)
      file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes).buffer, 0))
      file.flush()
      const [track] = file.moov.traks
      const times = [file.moov.mvhd, track?.tkhd, track?.mdia.mdhd].flatMap((box) => [
        box?.creation_time,
        box?.modification_time
      ])
      assert.deepStrictEqual(times, [0, 0, 0, 0, 0, 0])
    }
  })

  it("lets others have their turn after each picture", async () => {
    let turns = 0
    let done = false
    const others = (): void => {
      turns += 1
      if (!done) setImmediate(others)
    }
    setImmediate(others)
    await renderVideo(clip(), "MP4")
    done = true
    assert.isAtLeast(turns, 96)
  })

  it("leaves the process its own ways with what nobody handles", async () => {
    const listeners = () => [process.listeners("uncaughtException"), process.listeners("unhandledRejection")]
    const before = listeners()
    await renderVideo(clip(), "MOV")
    assert.deepStrictEqual(listeners(), before)
  })
})

describe("a gallery", () => {
  it("draws once what is asked for twice", () => {
    const gallery = makeGallery({ outputs: 2, bytes: 1_000_000 })
    assert.strictEqual(gallery.bytes(sound("a")), gallery.bytes(sound("a")))
  })

  it("keeps so many outputs, those that were asked for last", async () => {
    const gallery = makeGallery({ outputs: 2, bytes: 1_000_000 })
    const [first, second] = [gallery.bytes(sound("a")), gallery.bytes(sound("b"))]
    assert.strictEqual(gallery.bytes(sound("a")), first)
    await gallery.bytes(sound("c"))
    assert.strictEqual(gallery.bytes(sound("a")), first)
    assert.notStrictEqual(gallery.bytes(sound("b")), second)
  })

  it("keeps so many bytes", async () => {
    // Each is 16 044 bytes.
    const gallery = makeGallery({ outputs: 100, bytes: 40_000 })
    const first = gallery.bytes(sound("a"))
    await first
    for (const uuid of ["b", "c"]) await gallery.bytes(sound(uuid))
    const again = gallery.bytes(sound("a"))
    assert.notStrictEqual(again, first)
    assert.deepStrictEqual(await again, await first)
  })

  it("goes on after an output that can't be drawn", async () => {
    const gallery = makeGallery({ outputs: 2, bytes: 1_000_000 })
    const failed = await gallery.bytes(clip({ uuid: "broken", width: -2 })).catch((error: unknown) => error)
    assert.instanceOf(failed, Error)
    assert.isAbove((await gallery.bytes(clip())).length, 1000)
  })
})
