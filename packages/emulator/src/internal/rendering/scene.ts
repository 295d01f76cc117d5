/**
 * The picture behind a prompt: a landscape in layers, as SVG. The prompt chooses the colours, the seed the land, so that
 * two seeds of one prompt are clearly two pictures of the same thing.
 */
import type { MediaDescription } from "../../Media.ts"
import { draw } from "../draw.ts"

type Pick = (purpose: string, from: number, to: number) => number

/** The elements of the picture of a description, without texture and caption. */
export const scene = (description: MediaDescription): string => motifs[description.motif](description)

/** An SVG document of the given size in pixels. */
export const svg = (width: number, height: number, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`

const picture = (description: MediaDescription): string => {
  const { height, width } = description
  const palette = paletteOf(description)
  const pick = picker(description)
  const sky = gradient("sky", [palette(0.86, -20), palette(0.7, 25), palette(0.52, 60)])
  const glow = `<radialGradient id="glow"><stop offset="0" stop-color="${palette(0.95, 40)}"/><stop offset="0.35" stop-color="${palette(0.9, 40)}" stop-opacity="0.7"/><stop offset="1" stop-color="${palette(0.8, 40)}" stop-opacity="0"/></radialGradient>`
  const { radius, x, y } = sun(description)
  const clouds = Array.from({ length: Math.round(pick("clouds", 3, 7)) }, (_, index) => {
    const cx = pick(`cloud x ${index}`, 0, width)
    const cy = pick(`cloud y ${index}`, height * 0.05, height * 0.5)
    const rx = pick(`cloud width ${index}`, width * 0.08, width * 0.3)
    return `<ellipse cx="${f(cx)}" cy="${f(cy)}" rx="${f(rx)}" ry="${f(rx * 0.12)}" fill="${palette(0.97, 10)}" opacity="0.28"/>`
  })
  const land = ridges(description).map((path, index, all) => {
    const depth = (index + 1) / all.length
    return `<path d="${path}" fill="${palette(0.62 - 0.5 * depth, 70 + 50 * depth)}" opacity="0.94"/>`
  })
  return [
    `<defs>${sky}${glow}</defs><rect width="${width}" height="${height}" fill="url(#sky)"/>`,
    `<circle cx="${f(x)}" cy="${f(y)}" r="${f(radius * 3.2)}" fill="url(#glow)"/>`,
    `<circle cx="${f(x)}" cy="${f(y)}" r="${f(radius)}" fill="${palette(0.97, 45)}"/>`,
    ...clouds,
    ...land
  ].join("")
}

const mask = (description: MediaDescription): string => {
  const { height, width } = description
  const { radius, x, y } = sun(description)
  return `<rect width="${width}" height="${height}" fill="#000"/><circle cx="${f(x)}" cy="${f(y)}" r="${f(radius * 2)}" fill="#fff"/>`
}

const lines = (description: MediaDescription): string => {
  const { height, width } = description
  const { radius, x, y } = sun(description)
  const stroke = `fill="none" stroke="#fff" stroke-width="${f(Math.max(1, width / 400))}"`
  const paths = ridges(description).map((path) => `<path d="${path}" ${stroke}/>`)
  return `<rect width="${width}" height="${height}" fill="#000"/><circle cx="${f(x)}" cy="${f(y)}" r="${f(radius)}" ${stroke}/>${paths.join("")}`
}

const cutout = (description: MediaDescription): string => {
  const palette = paletteOf(description)
  const paths = ridges(description).slice(-2)
  return paths.map((path, index) => `<path d="${path}" fill="${palette(0.45 - 0.2 * index, 90)}"/>`).join("")
}

const motifs: Readonly<Record<MediaDescription["motif"], (description: MediaDescription) => string>> = {
  picture,
  mask,
  lines,
  cutout
}

const picker =
  ({ prompt, seed }: MediaDescription): Pick =>
  (purpose, from, to) =>
    from + (to - from) * draw("scene", prompt, seed, purpose).uniforms[0]

/** Colours of one family: the prompt sets the hue, the seed shifts it a little. */
const paletteOf = ({ prompt, seed }: MediaDescription): ((lightness: number, turn: number) => string) => {
  const hue = draw("hue", prompt).uniforms[0] * 360 + draw("shift", seed).uniforms[0] * 70
  return (lightness, turn) => `hsl(${f((hue + turn) % 360)}, ${f(48 + 20 * lightness)}%, ${f(lightness * 100)}%)`
}

const sun = (description: MediaDescription): { readonly x: number; readonly y: number; readonly radius: number } => {
  const { height, width } = description
  const pick = picker(description)
  return {
    x: pick("sun x", width * 0.12, width * 0.88),
    y: pick("sun y", height * 0.15, height * 0.5),
    radius: pick("sun radius", 0.04, 0.11) * Math.min(width, height)
  }
}

/** Silhouettes of hills, the farthest first. */
const ridges = (description: MediaDescription): ReadonlyArray<string> => {
  const { height, width } = description
  const pick = picker(description)
  const count = Math.round(pick("ridges", 3, 6))
  return Array.from({ length: count }, (_, ridge) => {
    const base = height * (0.45 + (0.5 * (ridge + 0.6)) / count)
    const points = Math.round(pick(`points ${ridge}`, 3, 7))
    const step = width / points
    let path = `M0 ${f(base)}`
    for (let point = 0; point < points; point++) {
      const rise = pick(`rise ${ridge} ${point}`, -0.1, 0.06) * height
      const end = pick(`end ${ridge} ${point}`, -0.03, 0.03) * height
      path += ` Q${f(step * (point + 0.5))} ${f(base + rise)} ${f(step * (point + 1))} ${f(base + end)}`
    }
    return `${path} L${width} ${height} L0 ${height} Z`
  })
}

const gradient = (id: string, colours: ReadonlyArray<string>): string => {
  const stops = colours.map(
    (colour, index) => `<stop offset="${f(index / (colours.length - 1))}" stop-color="${colour}"/>`
  )
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops.join("")}</linearGradient>`
}

/** Numbers in an SVG: short, and the same on every machine. */
const f = (value: number): string => String(Math.round(value * 100) / 100)
