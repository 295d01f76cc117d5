/** Files in and out: bytes, blobs, streams and paths as inputs, the files of results in memory and on disk. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "vitest"
import { area, image, pixel, rejection, untyped, type Row, type Stage } from "../row.ts"

const png = Buffer.from(pixel.split(",")[1] ?? "", "base64")

/** Runs with a folder that holds a photo and is gone afterwards. */
const inFolder =
  (run: (stage: Stage, folder: string, photo: string) => Promise<void>) =>
  async (stage: Stage): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), "runware-conformance-"))
    const photo = join(folder, "photo.png")
    writeFileSync(photo, png)
    try {
      await run(stage, folder, photo)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

/** What the service was given as the picture of a task. */
const sentAs = async ({ client, emulator }: Stage, picture: unknown): Promise<unknown> => {
  const [result] = await client().run(untyped({ model: "bria:2@1", inputs: { image: picture } }))
  return emulator.task(String(Reflect.get(Object(result), "taskUUID")))?.request["inputs"]
}

export const files: ReadonlyArray<Row> = area("files", {
  "`fileToDataURI` of a path, bytes, a Blob, an ArrayBuffer, a stream": inFolder(async ({ sdk }, _, photo) => {
    const sources = [photo, new Uint8Array(png), new Blob([png]), new Uint8Array(png).buffer, new Blob([png]).stream()]
    for (const source of sources) expect(await sdk.fileToDataURI(source)).toBe(pixel)
  }),
  "`Media.fromFile` as input": inFolder(async (stage, _, photo) => {
    expect(await sentAs(stage, stage.sdk.Media.fromFile(photo))).toEqual({ image: pixel })
  }),
  "bytes, a Blob and a File as input": async (stage) => {
    for (const picture of [new Uint8Array(png), new Blob([png]), new File([png], "photo.png")]) {
      expect(await sentAs(stage, picture)).toEqual({ image: pixel })
    }
  },
  "`Media.fromStream` as input": async (stage) => {
    expect(await sentAs(stage, stage.sdk.Media.fromStream(new Blob([png]).stream()))).toEqual({ image: pixel })
  },
  "a string that is a path is sent as that string": inFolder(async ({ client, emulator }, _, photo) => {
    const [result] = await client().run({ ...image, positivePrompt: photo })
    expect(emulator.task(result?.taskUUID ?? "")?.request["positivePrompt"]).toBe(photo)
  }),
  "`Media.bytes` and `Media.toBlob` of a result": async ({ client, sdk }) => {
    const [result] = await client().run({ ...image, outputType: "base64Data", outputFormat: "PNG" })
    const bytes = await sdk.Media.bytes(result)
    expect(Buffer.from(bytes).toString("base64")).toBe(result?.imageBase64Data)
    expect((await sdk.Media.toBlob(result)).type).toBe("image/png")
  },
  "`Media.outputs` tells the files of results": async ({ client, sdk }) => {
    const results = await client().run({ ...image, numberResults: 2 })
    expect(sdk.Media.outputs(results).map(({ kind, uuid }) => [kind, uuid])).toEqual(
      results.map(({ imageUUID }) => ["image", imageUUID])
    )
  },
  "`Media.download` saves, and overwrites nothing": inFolder(async ({ client, sdk }, folder) => {
    const results = await client().run({ ...image, numberResults: 2 })
    const saved = await sdk.Media.download(results, folder)
    expect(saved.map(({ isNew, size }) => [isNew, size > 0])).toEqual([
      [true, true],
      [true, true]
    ])
    expect(saved.map(({ isNew }) => isNew)).toEqual([true, true])
    expect((await sdk.Media.download(results, folder)).map(({ isNew }) => isNew)).toEqual([false, false])
    const path = saved[0]?.path ?? ""
    writeFileSync(path, "mine")
    await rejection(sdk.Media.download(results, folder), { code: "validation" })
    expect(readFileSync(path, "utf8")).toBe("mine")
    await sdk.Media.download(results, folder, { overwrite: true })
    expect(readFileSync(path, "utf8")).not.toBe("mine")
  })
})
