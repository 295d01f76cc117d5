/**
 * A body as binary FBX 7.4. The format is a tree of records, each with a name, values and inner records, and knows its
 * own end; no package on npm writes it. Numbers are little-endian.
 */
import type { MediaDescription } from "../../Media.ts"
import { gem } from "./mesh.ts"

/** A value as the format has it: 32-bit, 64-bit, or fractional; text; lists of numbers. */
type Value =
  | { readonly int: number }
  | { readonly long: number }
  | { readonly double: number }
  | { readonly text: string }
  | { readonly ints: ReadonlyArray<number> }
  | { readonly doubles: ReadonlyArray<number> }

interface FbxRecord {
  readonly name: string
  readonly values: ReadonlyArray<Value>
  readonly inner: ReadonlyArray<FbxRecord>
}

const record = (name: string, values: ReadonlyArray<Value> = [], inner: ReadonlyArray<FbxRecord> = []): FbxRecord => ({
  name,
  values,
  inner
})
const int = (value: number): Value => ({ int: value })
const long = (value: number): Value => ({ long: value })
const text = (value: string): Value => ({ text: value })
/** The name of an object and its class: the format keeps them in one text. */
const named = (name: string, kind: string): Value => text(`${name}\u0000\u0001${kind}`)
const property = (name: string, type: string, label: string, ...values: ReadonlyArray<Value>): FbxRecord =>
  record("P", [text(name), text(type), text(label), text("A"), ...values])

const version = 7400
const ids = { geometry: 1_000_001, model: 1_000_002, material: 1_000_003 } as const

/** Renders an FBX. */
export const renderFbx = (description: MediaDescription): Uint8Array => {
  const { colour, faces, name, points } = gem(description)
  // The last corner of each face is told by its complement.
  const corners = faces.flatMap(([first, second, third]) => [first, second, -third - 1])
  const [red, green, blue] = colour
  return encode([
    record(
      "FBXHeaderExtension",
      [],
      [
        record("FBXHeaderVersion", [int(1003)]),
        record("FBXVersion", [int(version)]),
        record("Creator", [text("runware-emulator")])
      ]
    ),
    record(
      "GlobalSettings",
      [],
      [
        record("Version", [int(1000)]),
        record(
          "Properties70",
          [],
          [
            property("UpAxis", "int", "Integer", int(1)),
            property("FrontAxis", "int", "Integer", int(2)),
            property("CoordAxis", "int", "Integer", int(0)),
            property("UnitScaleFactor", "double", "Number", { double: 100 })
          ]
        )
      ]
    ),
    record(
      "Definitions",
      [],
      [
        record("Version", [int(100)]),
        record("Count", [int(3)]),
        ...["Geometry", "Model", "Material"].map((kind) =>
          record("ObjectType", [text(kind)], [record("Count", [int(1)])])
        )
      ]
    ),
    record(
      "Objects",
      [],
      [
        record(
          "Geometry",
          [long(ids.geometry), named(name, "Geometry"), text("Mesh")],
          [
            record("GeometryVersion", [int(124)]),
            record("Vertices", [{ doubles: points }]),
            record("PolygonVertexIndex", [{ ints: corners }]),
            record(
              "LayerElementMaterial",
              [int(0)],
              [
                record("Version", [int(101)]),
                record("Name", [text("")]),
                record("MappingInformationType", [text("AllSame")]),
                record("ReferenceInformationType", [text("IndexToDirect")]),
                record("Materials", [{ ints: [0] }])
              ]
            ),
            record(
              "Layer",
              [int(0)],
              [
                record("Version", [int(100)]),
                record(
                  "LayerElement",
                  [],
                  [record("Type", [text("LayerElementMaterial")]), record("TypedIndex", [int(0)])]
                )
              ]
            )
          ]
        ),
        record("Model", [long(ids.model), named(name, "Model"), text("Mesh")], [record("Version", [int(232)])]),
        record(
          "Material",
          [long(ids.material), named("surface", "Material"), text("")],
          [
            record("Version", [int(102)]),
            record("ShadingModel", [text("lambert")]),
            record(
              "Properties70",
              [],
              [property("DiffuseColor", "Color", "", { double: red }, { double: green }, { double: blue })]
            )
          ]
        )
      ]
    ),
    record(
      "Connections",
      [],
      [
        record("C", [text("OO"), long(ids.model), long(0)]),
        record("C", [text("OO"), long(ids.geometry), long(ids.model)]),
        record("C", [text("OO"), long(ids.material), long(ids.model)])
      ]
    )
  ])
}

const magic = Buffer.from("Kaydara FBX Binary  \u0000\u001a\u0000", "latin1")
const endOfList = Buffer.alloc(13)
/** What a reader looks for at the end of a file. */
const footerStart = Buffer.from("fabcab09d0c8d466b176fb831cf7267e", "hex")
const footerEnd = Buffer.from("f85a8c6af5ded97eece90ce3758f290b", "hex")

const encode = (records: ReadonlyArray<FbxRecord>): Uint8Array => {
  const head = Buffer.concat([magic, uint32(version)])
  const parts: Array<Buffer> = [head]
  let at = head.length
  for (const each of records) {
    const bytes = encodeRecord(each, at)
    parts.push(bytes)
    at += bytes.length
  }
  const padding = 16 - ((at + endOfList.length + footerStart.length + 4) % 16)
  parts.push(endOfList, footerStart, Buffer.alloc(4 + padding), uint32(version), Buffer.alloc(120), footerEnd)
  return Buffer.concat(parts)
}

/** A record that starts at a place in the file. Lists of inner records end with an empty one. */
const encodeRecord = ({ inner, name, values }: FbxRecord, start: number): Buffer => {
  const encodedValues = Buffer.concat(values.map(encodeValue))
  const label = Buffer.from(name, "latin1")
  const headLength = 13 + label.length + encodedValues.length
  const parts: Array<Buffer> = []
  let at = start + headLength
  for (const each of inner) {
    const bytes = encodeRecord(each, at)
    parts.push(bytes)
    at += bytes.length
  }
  if (inner.length > 0) parts.push(endOfList)
  const end = at + (inner.length > 0 ? endOfList.length : 0)
  const head = [uint32(end), uint32(values.length), uint32(encodedValues.length), Buffer.of(label.length), label]
  return Buffer.concat([...head, encodedValues, ...parts])
}

const encodeValue = (value: Value): Buffer => {
  if ("int" in value) return tagged("I", int32(value.int))
  if ("long" in value) return tagged("L", int64(value.long))
  if ("double" in value) return tagged("D", double(value.double))
  if ("text" in value) {
    const bytes = Buffer.from(value.text, "utf8")
    return tagged("S", uint32(bytes.length), bytes)
  }
  const [tag, list] =
    "ints" in value ? (["i", value.ints.map(int32)] as const) : (["d", value.doubles.map(double)] as const)
  const bytes = Buffer.concat(list)
  // Length of the list, 0 for not compressed, length in bytes.
  return tagged(tag, uint32(list.length), uint32(0), uint32(bytes.length), bytes)
}

const tagged = (tag: string, ...parts: ReadonlyArray<Buffer>): Buffer => Buffer.concat([Buffer.from(tag), ...parts])

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

const int64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes
}

const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}
