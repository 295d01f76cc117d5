/** A body as binary glTF. */
import { Document, WebIO } from "@gltf-transform/core"
import type { MediaDescription } from "../../Media.ts"
import { gem } from "./mesh.ts"

/** Renders a GLB. */
export const renderGlb = async (description: MediaDescription): Promise<Uint8Array> => {
  const { colour, faces, name, points } = gem(description)
  const document = new Document()
  const buffer = document.createBuffer()
  const accessor = (type: "VEC3" | "SCALAR", array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>) =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer)
  const primitive = document
    .createPrimitive()
    .setAttribute("POSITION", accessor("VEC3", new Float32Array(points)))
    .setIndices(accessor("SCALAR", new Uint16Array(faces.flat())))
    .setMaterial(document.createMaterial().setBaseColorFactor([...colour, 1]))
  const mesh = document.createMesh(name).addPrimitive(primitive)
  document.createScene().addChild(document.createNode().setMesh(mesh))
  return await new WebIO().writeBinary(document)
}
