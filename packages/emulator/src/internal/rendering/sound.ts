/** What is to be heard: a phrase of soft tones, note by note, so that an hour of it needs no more memory than a second. */
import type { MediaDescription, Sound } from "../../Media.ts"
import { draw } from "../draw.ts"

/** A pentatonic scale: whatever is drawn from it sounds like it was meant. */
const scale = [220, 247.5, 277.2, 330, 371.25, 440] as const
const noteSeconds = 0.4
const loudness = 0.28

/** One note: the samples of each channel, from -1 to 1. */
export type Note = readonly [Float32Array, ...ReadonlyArray<Float32Array>]

/** The notes of a description, which together last exactly as long as it says. */
export function* notes({ duration, prompt, seed }: MediaDescription, sound: Sound): Generator<Note> {
  const { channels, sampleRate } = sound
  const total = Math.max(1, Math.round(duration * sampleRate))
  const perNote = Math.round(noteSeconds * sampleRate)
  for (let start = 0, index = 0; start < total; start += perNote, index++) {
    const { uniforms } = draw("note", prompt, seed, index)
    const frequency = scale[Math.floor(uniforms[0] * scale.length)] ?? scale[0]
    const length = Math.min(perNote, total - start)
    // The two ears hear the note from where it is.
    const left = tone(frequency, loudness * (0.6 + 0.4 * uniforms[1]), length, sampleRate, perNote)
    const right = tone(frequency, loudness * (1 - 0.4 * uniforms[1]), length, sampleRate, perNote)
    yield channels === 1 ? [left] : [left, right]
  }
}

const tone = (frequency: number, volume: number, length: number, sampleRate: number, perNote: number): Float32Array =>
  Float32Array.from({ length }, (_, offset) => {
    const fade = Math.sin((Math.PI * offset) / perNote)
    return volume * fade * Math.sin((2 * Math.PI * frequency * offset) / sampleRate)
  })
