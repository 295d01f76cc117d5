/**
 * Renders outputs when they are asked for, and keeps the latest, so that one fetched twice is drawn once. Encoders are
 * loaded with the first output that needs them: an emulator that only ever draws pictures starts without them.
 */
import type { MediaDescription } from "../../Media.ts"
import { renderRaster } from "./raster.ts"
import { scene, svg } from "./scene.ts"

/** The bytes of outputs. */
export interface Gallery {
  readonly bytes: (description: MediaDescription) => Promise<Uint8Array>
}

/** How much a gallery keeps. */
export interface Capacity {
  readonly outputs: number
  readonly bytes: number
}

/** A gallery that keeps so much. What was asked for last goes last. */
export const makeGallery = (capacity: Capacity): Gallery => {
  const kept = new Map<string, Promise<Uint8Array>>()
  const sizes = new Map<string, number>()
  const total = (): number => [...sizes.values()].reduce((sum, size) => sum + size, 0)
  const drop = (uuid: string): void => {
    kept.delete(uuid)
    sizes.delete(uuid)
  }
  const tidy = (): void => {
    for (const uuid of kept.keys()) {
      if (kept.size <= 1 || (kept.size <= capacity.outputs && total() <= capacity.bytes)) return
      drop(uuid)
    }
  }
  const oneByOne = makeQueue()
  const start = (description: MediaDescription): Promise<Uint8Array> => {
    // Each video keeps a machine busy by itself, and its pictures in memory meanwhile.
    const bytes = description.fps > 0 ? oneByOne(() => render(description)) : render(description)
    bytes.then(
      ({ length }) => {
        if (kept.get(description.uuid) === bytes) sizes.set(description.uuid, length)
        tidy()
      },
      () => drop(description.uuid)
    )
    return bytes
  }
  return {
    bytes: (description) => {
      const bytes = kept.get(description.uuid) ?? start(description)
      kept.delete(description.uuid)
      kept.set(description.uuid, bytes)
      tidy()
      return bytes
    }
  }
}

/** Does one thing after the other, whatever becomes of the ones before. */
const makeQueue = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <A>(work: () => Promise<A>): Promise<A> => {
    const done = last.then(work, work)
    last = done
    return done
  }
}

const render = async (description: MediaDescription): Promise<Uint8Array> => {
  const { format, sound } = description
  switch (format) {
    case "SVG":
      return Buffer.from(svg(description.width, description.height, scene(description)))
    case "MP4":
    case "MOV":
    case "WEBM":
      return await (await import("./video.ts")).renderVideo(description, format)
    case "MP3":
    case "WAV":
    case "FLAC":
    case "OGG":
      return sound === undefined
        ? Buffer.of()
        : await (await import("./audio.ts")).renderAudio(description, sound, format)
    case "GLB":
      return await (await import("./glb.ts")).renderGlb(description)
    case "FBX":
      return (await import("./fbx.ts")).renderFbx(description)
    case "SAFETENSORS":
      return (await import("./weights.ts")).renderWeights(description)
    case "JPG":
    case "PNG":
    case "WEBP":
    case "TIFF":
      return await renderRaster(description)
  }
}
