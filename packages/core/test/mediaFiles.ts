/** The beginnings of files of many kinds, with the MIME type that each of them has. */
const exactly = (...parts: ReadonlyArray<string | number>): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : [part]))
  )

const bytes = (...parts: ReadonlyArray<string | number>): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...exactly(...parts), ...new Uint8Array(600)])

const text = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content)

const container = (brand: string) => bytes(0, 0, 0, 0x20, `ftyp${brand}`, 0, 0, 0, 0, brand, "mif1")

const matroska = (name: string) =>
  exactly(
    "\x1a\x45\xdf\xa3",
    0x93 + name.length,
    "\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82",
    0x80 + name.length,
    name
  )

export const png = bytes(0x89, "PNG\r\n", 0x1a, "\n", 0, 0, 0, 13, "IHDR", 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0)

export const files: ReadonlyArray<readonly [mime: string, bytes: Uint8Array<ArrayBuffer>]> = [
  ["image/png", png],
  ["image/jpeg", bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16, "JFIF", 0)],
  ["image/webp", bytes("RIFF", 0, 0, 0, 0, "WEBPVP8 ")],
  ["image/gif", bytes("GIF89a")],
  ["image/bmp", bytes("BM", 0, 0, 0, 0)],
  ["image/avif", container("avif")],
  ["image/heic", container("heic")],
  ["image/tiff", bytes("II", 42, 0, 8, 0, 0, 0)],
  ["image/svg+xml", text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ["image/svg+xml", text('\uFEFF<?xml version="1.0"?>\n<!-- a > b -->\n<!DOCTYPE svg>\n<svg width="1"></svg>')],
  ["video/mp4", container("isom")],
  ["video/quicktime", container("qt  ")],
  ["video/webm", matroska("webm")],
  ["audio/mpeg", bytes(0xff, 0xfb, 0x90, 0x44)],
  ["audio/wav", bytes("RIFF", 0, 0, 0, 0, "WAVEfmt ")],
  ["audio/flac", bytes("fLaC", 0)],
  ["audio/x-m4a", container("M4A ")],
  ["model/gltf-binary", bytes("glTF", 2, 0, 0, 0)],
  ["application/pdf", bytes("%PDF-1.7\n")],
  ["application/zip", bytes("PK", 3, 4)]
]
