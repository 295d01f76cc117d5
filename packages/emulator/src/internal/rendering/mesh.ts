/** A body: a gem with as many sides as the seed says. */
import type { MediaDescription } from "../../Media.ts"
import { draw } from "../draw.ts"

/** A body as its points and faces. */
export interface Mesh {
  readonly name: string
  /** Three coordinates a point. */
  readonly points: ReadonlyArray<number>
  /** Three points a face, counted from zero, turning left as seen from outside. */
  readonly faces: ReadonlyArray<readonly [number, number, number]>
  /** Red, green and blue, each from 0 to 1. */
  readonly colour: readonly [number, number, number]
}

/** The body of a description. */
export const gem = ({ prompt, seed }: MediaDescription): Mesh => {
  const { uniforms } = draw("mesh", prompt, seed)
  const sides = 4 + Math.floor(uniforms[0] * 6)
  const ring = Array.from({ length: sides }, (_, side) => {
    const angle = (2 * Math.PI * side) / sides
    return [Math.cos(angle), 0, Math.sin(angle)]
  })
  const faces = Array.from({ length: sides }, (_, side): Mesh["faces"] => {
    const [here, there] = [2 + side, 2 + ((side + 1) % sides)]
    return [
      [0, there, here],
      [1, here, there]
    ]
  })
  return {
    name: prompt.slice(0, 80),
    points: [0, 1 + uniforms[1], 0, 0, -1, 0, ...ring.flat()],
    faces: faces.flat(),
    colour: [uniforms[2], uniforms[3], 1 - uniforms[2]]
  }
}
