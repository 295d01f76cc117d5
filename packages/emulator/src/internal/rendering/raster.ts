/** Pictures as files: the scene, a soft texture over it, the caption, encoded in the size and format asked. */
import sharp, { type OverlayOptions } from "sharp"
import type { MediaDescription } from "../../Media.ts"
import { draw } from "../draw.ts"
import { captionSvg } from "./caption.ts"
import { sceneSvg, svg } from "./scene.ts"

/** Renders a PNG, JPG or WEBP. */
export const renderRaster = async (description: MediaDescription): Promise<Uint8Array> => {
  const { format, height, motif, quality, width } = description
  const layers: Array<OverlayOptions> = []
  if (motif === "picture") {
    layers.push({ input: await texture(description), blend: "soft-light" })
    const caption = captionSvg(description)
    if (caption !== "") layers.push({ input: Buffer.from(svg(width, height, caption)) })
  }
  const image = sharp(Buffer.from(sceneSvg(description))).composite(layers)
  switch (format) {
    case "JPG":
      return await image.flatten({ background: "#fff" }).jpeg({ quality }).toBuffer()
    case "WEBP":
      return await image.webp({ quality, effort: 2 }).toBuffer()
    default:
      return await (motif === "cutout" ? image : image.removeAlpha()).png({ compressionLevel: 6 }).toBuffer()
  }
}

const cells = 20

/** A coarse grid of greys, enlarged until it is soft. */
const texture = async ({ height, prompt, seed, width }: MediaDescription): Promise<Buffer> => {
  const grid = new Uint8Array(cells * cells)
  for (let cell = 0; cell < grid.length; cell += 4) {
    const { uniforms } = draw("texture", prompt, seed, cell)
    uniforms.forEach((uniform, offset) => {
      grid[cell + offset] = 88 + Math.floor(uniform * 80)
    })
  }
  return await sharp(grid, { raw: { width: cells, height: cells, channels: 1 } })
    .resize(width, height, { kernel: "cubic", fit: "fill" })
    .png({ compressionLevel: 0 })
    .toBuffer()
}
