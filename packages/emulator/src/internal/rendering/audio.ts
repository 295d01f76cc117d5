/** Sound as a file: a short phrase of soft tones, as 16-bit mono PCM in a WAV container. */
import type { MediaDescription } from "../../Media.ts"
import { draw } from "../draw.ts"

const sampleRate = 22_050
const headerBytes = 44
/** A pentatonic scale: whatever is drawn from it sounds like it was meant. */
const scale = [220, 247.5, 277.2, 330, 371.25, 440] as const
const noteSeconds = 0.4

/** Renders a WAV. */
export const renderWav = ({ duration, prompt, seed }: MediaDescription): Uint8Array => {
  const samples = Math.max(1, Math.round(duration * sampleRate))
  const view = new DataView(new ArrayBuffer(headerBytes + samples * 2))
  writeHeader(view, samples * 2)
  const perNote = Math.round(noteSeconds * sampleRate)
  for (let start = 0, note = 0; start < samples; start += perNote, note++) {
    const frequency = scale[Math.floor(draw("note", prompt, seed, note).uniforms[0] * scale.length)] ?? scale[0]
    for (let offset = 0; offset < Math.min(perNote, samples - start); offset++) {
      const fade = Math.sin((Math.PI * offset) / perNote)
      const tone = Math.sin((2 * Math.PI * frequency * offset) / sampleRate)
      view.setInt16(headerBytes + (start + offset) * 2, Math.round(tone * fade * 9000), true)
    }
  }
  return new Uint8Array(view.buffer)
}

const writeHeader = (view: DataView, dataBytes: number): void => {
  const text = (offset: number, letters: string): void => {
    for (let index = 0; index < letters.length; index++) view.setUint8(offset + index, letters.charCodeAt(index))
  }
  text(0, "RIFF")
  view.setUint32(4, headerBytes - 8 + dataBytes, true)
  text(8, "WAVEfmt ")
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, "data")
  view.setUint32(40, dataBytes, true)
}
