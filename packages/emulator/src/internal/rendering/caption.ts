/**
 * The strip at the foot of a picture that says what it was made of. The letters are outlines from a font that is a
 * package, because the fonts of the machine differ, and a slim container has none.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
// On Node the package is CommonJS, whose names only come with the default export.
// oxlint-disable-next-line import/default
import opentype from "opentype.js"
import type { MediaDescription } from "../../Media.ts"

const fontFile = "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff"
let loaded: opentype.Font | undefined

const font = (): opentype.Font => {
  if (loaded === undefined) {
    const bytes = readFileSync(createRequire(import.meta.url).resolve(fontFile))
    // oxlint-disable-next-line import/no-named-as-default-member
    loaded = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  }
  return loaded
}

/** The width of every letter of the font, in multiples of its size. */
const advance = 0.6
const smallestSide = 96

/** The strip as SVG elements; empty for pictures too small to carry one. */
export const captionSvg = ({ height, model, prompt, seed, width }: MediaDescription): string => {
  if (Math.min(width, height) < smallestSide) return ""
  const size = Math.max(8, Math.min(28, Math.round(Math.min(width, height) / 45)))
  const strip = Math.round(size * 2.2)
  const room = Math.floor((width - 2 * size) / (size * advance))
  const tail = `  seed ${seed}  ${width}x${height}`
  const about = `${model}  ${prompt}`
  const left = room - tail.length
  const text = left < 4 ? about : (about.length > left ? `${about.slice(0, left - 1)}…` : about) + tail
  const drawable = Array.from(text.slice(0, room), (letter) => (font().charToGlyphIndex(letter) === 0 ? "?" : letter))
  const outline = font().getPath(drawable.join(""), size, height - strip / 2 + size * 0.35, size)
  return (
    `<rect y="${height - strip}" width="${width}" height="${strip}" fill="#000" opacity="0.55"/>` +
    `<path d="${outline.commands.map(command).join("")}" fill="#fff" opacity="0.92"/>`
  )
}

/** A drawing command as SVG has it. The library's own rounding turns some coordinates into NaN. */
const command = (part: opentype.PathCommand): string => {
  switch (part.type) {
    case "M":
    case "L":
      return `${part.type}${round(part.x)} ${round(part.y)}`
    case "Q":
      return `Q${round(part.x1)} ${round(part.y1)} ${round(part.x)} ${round(part.y)}`
    case "C":
      return `C${round(part.x1)} ${round(part.y1)} ${round(part.x2)} ${round(part.y2)} ${round(part.x)} ${round(part.y)}`
    case "Z":
      return "Z"
  }
}

const round = (coordinate: number): string => coordinate.toFixed(2)
