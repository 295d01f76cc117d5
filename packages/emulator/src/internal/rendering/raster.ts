/** Pictures as files: the scene, a soft texture over it, the caption, encoded in the size and format asked. */
import sharp from "sharp"
import type { MediaDescription } from "../../Media.ts"
import { draw } from "../draw.ts"
import { captionSvg } from "./caption.ts"
import { scene, svg } from "./scene.ts"

/** Renders a PNG, JPG, WEBP or TIFF. */
export const renderRaster = async (description: MediaDescription): Promise<Uint8Array> => {
  const { format, height, motif, quality, width } = description
  const caption = motif === "picture" ? captionSvg(description) : ""
  const image = sharp(Buffer.from(svg(width, height, (await layers(description)) + caption)))
  switch (format) {
    case "JPG":
      return await image.flatten({ background: "#fff" }).jpeg({ quality }).toBuffer()
    case "WEBP":
      return await image.webp({ quality, effort: 2 }).toBuffer()
    case "TIFF":
      return await image.removeAlpha().tiff({ compression: "lzw" }).toBuffer()
    default:
      return await (motif === "cutout" ? image : image.removeAlpha()).png({ compressionLevel: 6 }).toBuffer()
  }
}

/** The elements of a picture, the caption excepted. */
export const layers = async (description: MediaDescription): Promise<string> =>
  scene(description) + (description.motif === "picture" ? await texture(description) : "")

const cells = 20
const softened = 160

/** A coarse grid of greys, enlarged until it is soft, as a layer that lightens and darkens what is below. */
const texture = async ({ height, prompt, seed, width }: MediaDescription): Promise<string> => {
  const grid = new Uint8Array(cells * cells)
  for (let cell = 0; cell < grid.length; cell += 4) {
    const { uniforms } = draw("texture", prompt, seed, cell)
    uniforms.forEach((uniform, offset) => {
      grid[cell + offset] = 88 + Math.floor(uniform * 80)
    })
  }
  const png = await sharp(grid, { raw: { width: cells, height: cells, channels: 1 } })
    .resize(softened, softened, { kernel: "cubic", fit: "fill" })
    .png()
    .toBuffer()
  const href = `data:image/png;base64,${png.toString("base64")}`
  return `<image href="${href}" width="${width}" height="${height}" preserveAspectRatio="none" style="mix-blend-mode:soft-light"/>`
}
