/** Renders outputs when they are asked for, and keeps the latest, so that one fetched twice is drawn once. */
import type { MediaDescription } from "../../Media.ts"
import { renderWav } from "./audio.ts"
import { renderGlb } from "./mesh.ts"
import { renderRaster } from "./raster.ts"
import { scene, svg } from "./scene.ts"

/** The bytes of outputs. */
export interface Gallery {
  readonly bytes: (description: MediaDescription) => Promise<Uint8Array>
}

/** A gallery that keeps so many outputs. */
export const makeGallery = (capacity: number): Gallery => {
  const kept = new Map<string, Promise<Uint8Array>>()
  return {
    bytes: (description) => {
      const bytes = kept.get(description.uuid) ?? render(description)
      kept.delete(description.uuid)
      kept.set(description.uuid, bytes)
      const [oldest] = kept.keys()
      if (kept.size > capacity && oldest !== undefined) kept.delete(oldest)
      return bytes
    }
  }
}

const render = async (description: MediaDescription): Promise<Uint8Array> => {
  switch (description.format) {
    case "SVG":
      return Buffer.from(svg(description.width, description.height, scene(description)))
    case "WAV":
      return renderWav(description)
    case "GLB":
      return await renderGlb(description)
    default:
      return await renderRaster(description)
  }
}
