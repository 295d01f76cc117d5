/** Sound as a file: WAV and FLAC without loss, MP3 and OGG (Vorbis) at the asked bitrate. */
import { registerFlacEncoder } from "@mediabunny/flac-encoder"
import { AudioSample, AudioSampleSource, BufferTarget, FlacOutputFormat, Output, WavOutputFormat } from "mediabunny"
import { setImmediate } from "node:timers/promises"
import { createMp3Encoder, createOggEncoder } from "wasm-media-encoders"
import type { MediaDescription, Sound } from "../../Media.ts"
import { draw } from "../draw.ts"
import { mp3Rates } from "../limits.ts"
import { notes, type Note } from "./sound.ts"

/** How the sound of a file is encoded. */
export type SoundFormat = "WAV" | "FLAC" | "MP3" | "OGG"

/** Renders the sound of a description. */
export const renderAudio = async (
  description: MediaDescription,
  sound: Sound,
  format: SoundFormat
): Promise<Uint8Array> =>
  format === "WAV" || format === "FLAC"
    ? await lossless(description, sound, format)
    : await lossy(description, sound, format)

/** Encoding is work between two looks at the clock: after each note, others have their turn. */
const lossy = async (description: MediaDescription, sound: Sound, format: "MP3" | "OGG"): Promise<Uint8Array> => {
  const { bitrate, channels, sampleRate } = sound
  const encoder = format === "MP3" ? await createMp3Encoder() : await createOggEncoder()
  if (encoder.mimeType === "audio/mpeg") {
    // Without a rate for its output, the encoder would choose one that suits the bitrate.
    const outputSampleRate = mp3Rates.find((rate) => rate === sampleRate) ?? 44_100
    encoder.configure({ channels, sampleRate, outputSampleRate, bitrate: mp3Bitrate(bitrate) })
  } else {
    // The library draws a number by chance where none is given.
    const oggSerialNo = draw("serial", description.uuid).uint32 >>> 1
    encoder.configure({ channels, sampleRate, vbrQuality: vorbisQuality(bitrate / channels), oggSerialNo })
  }
  const parts: Array<Uint8Array> = []
  for (const note of notes(description, sound)) {
    // The encoder gives a view of its own memory, which the next call overwrites.
    parts.push(encoder.encode(note).slice())
    await setImmediate()
  }
  parts.push(encoder.finalize().slice())
  return Buffer.concat(parts)
}

const mp3Bitrates = [8, 16, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const

/** The bitrate that MP3 knows next to the asked one. */
const mp3Bitrate = (asked: number) =>
  mp3Bitrates.reduce<(typeof mp3Bitrates)[number]>(
    (best, each) => (Math.abs(each - asked) < Math.abs(best - asked) ? each : best),
    mp3Bitrates[0]
  )

/** Vorbis has a scale of quality, from -1 to 10: about 32 kbit/s a channel at 0, 12 more for each step. */
const vorbisQuality = (perChannel: number): number => Math.max(-1, Math.min(10, (perChannel - 32) / 12))

let flacIsKnown = false

const lossless = async (description: MediaDescription, sound: Sound, format: "WAV" | "FLAC"): Promise<Uint8Array> => {
  if (!flacIsKnown) registerFlacEncoder()
  flacIsKnown = true
  const target = new BufferTarget()
  const output = new Output({ format: format === "WAV" ? new WavOutputFormat() : new FlacOutputFormat(), target })
  const source = new AudioSampleSource({ codec: format === "WAV" ? "pcm-s16" : "flac" })
  output.addAudioTrack(source)
  await output.start()
  let written = 0
  for (const note of notes(description, sound)) {
    const { channels, sampleRate } = sound
    const timestamp = written / sampleRate
    const sample = new AudioSample({
      data: interleaved(note),
      format: "s16",
      numberOfChannels: channels,
      sampleRate,
      timestamp
    })
    await source.add(sample)
    sample.close()
    written += note[0].length
    await setImmediate()
  }
  await output.finalize()
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0))
}

const interleaved = (note: Note): Int16Array => {
  const samples = new Int16Array(note[0].length * note.length)
  note.forEach((channel, position) => {
    for (let index = 0; index < channel.length; index++) {
      samples[index * note.length + position] = Math.round((channel[index] ?? 0) * 32_767)
    }
  })
  return samples
}
