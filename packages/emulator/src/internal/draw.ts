/**
 * Chance without a generator: each draw is a digest of what it is for. Draws need no order, so the same task gets the
 * same seeds, durations and identifiers whatever else the service does meanwhile.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** What one purpose draws: four numbers in [0, 1), an unsigned 32-bit integer, and an identifier. */
export interface Draw {
  readonly uniforms: readonly [number, number, number, number]
  readonly uint32: number
  readonly uuid: string
}

/** The draw for one purpose, for example `draw(seed, "duration", taskUUID, 0)`. */
export const draw = (...purpose: ReadonlyArray<string | number>): Draw => {
  const digest = sha256(utf8ToBytes(purpose.join("\u0000")))
  const view = new DataView(digest.buffer, digest.byteOffset)
  const uniform = (offset: number): number => view.getUint32(offset) / 2 ** 32
  return {
    uniforms: [uniform(16), uniform(20), uniform(24), uniform(28)],
    uint32: view.getUint32(16),
    uuid: versionFour(digest.subarray(0, 16))
  }
}

const versionFour = (digest: Uint8Array): string => {
  const bytes = Uint8Array.from(digest)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytesToHex(bytes)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}

/** A lognormal multiple of one: usually near it, now and then far above. */
export const lognormal = ({ uniforms: [first, second] }: Draw, sigma: number): number =>
  Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second))
