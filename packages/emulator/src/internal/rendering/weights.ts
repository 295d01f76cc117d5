/**
 * What a training yields: a LoRA of one tiny layer in the safetensors format, which is the length of a JSON header, the
 * header, and the numbers that it describes.
 */
import type { MediaDescription } from "../../Media.ts"
import { draw } from "../draw.ts"

const layer = "transformer.transformer_blocks.0.attn.to_q"
const rank = 4
const features = 16

/** Renders a safetensors file. */
export const renderWeights = ({ model, seed, uuid }: MediaDescription): Uint8Array => {
  const tensors = [
    { name: `${layer}.lora_A.weight`, shape: [rank, features] },
    { name: `${layer}.lora_B.weight`, shape: [features, rank] }
  ]
  const numbers = new Float32Array(2 * rank * features)
  for (let index = 0; index < numbers.length; index += 4) {
    numbers.set(
      draw("weight", seed, uuid, index).uniforms.map((uniform) => (uniform - 0.5) / rank),
      index
    )
  }
  const bytesEach = rank * features * numbers.BYTES_PER_ELEMENT
  const header = JSON.stringify({
    __metadata__: { format: "pt", base_model: model, rank: String(rank) },
    ...Object.fromEntries(
      tensors.map(({ name, shape }, index) => [
        name,
        { dtype: "F32", shape, data_offsets: [index * bytesEach, (index + 1) * bytesEach] }
      ])
    )
  })
  // Blanks at its end align the numbers to eight bytes.
  const padded = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  return Buffer.concat([length, padded, Buffer.from(numbers.buffer)])
}
