/** A body as a file: a gem with as many sides as the seed says, as binary glTF. */
import { Document, WebIO } from "@gltf-transform/core"
import type { MediaDescription } from "../../Media.ts"
import { draw } from "../draw.ts"

/** Renders a GLB. */
export const renderGlb = async ({ prompt, seed }: MediaDescription): Promise<Uint8Array> => {
  const { uniforms } = draw("mesh", prompt, seed)
  const sides = 4 + Math.floor(uniforms[0] * 6)
  const points: Array<number> = [0, 1 + uniforms[1], 0, 0, -1, 0]
  for (let side = 0; side < sides; side++) {
    const angle = (2 * Math.PI * side) / sides
    points.push(Math.cos(angle), 0, Math.sin(angle))
  }
  const faces = Array.from({ length: sides }, (_, side) => {
    const [here, there] = [2 + side, 2 + ((side + 1) % sides)]
    return [0, there, here, 1, here, there]
  })
  const document = new Document()
  const buffer = document.createBuffer()
  const accessor = (type: "VEC3" | "SCALAR", array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>) =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer)
  const colour = document.createMaterial().setBaseColorFactor([uniforms[2], uniforms[3], 1 - uniforms[2], 1])
  const primitive = document
    .createPrimitive()
    .setAttribute("POSITION", accessor("VEC3", new Float32Array(points)))
    .setIndices(accessor("SCALAR", new Uint16Array(faces.flat())))
    .setMaterial(colour)
  const mesh = document.createMesh(prompt.slice(0, 80)).addPrimitive(primitive)
  document.createScene().addChild(document.createNode().setMesh(mesh))
  return await new WebIO().writeBinary(document)
}
