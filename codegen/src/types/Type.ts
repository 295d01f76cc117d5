/**
 * TypeScript types as data: what a schema becomes before it is text. Unions and intersections are simplified as they are
 * made, so that what is printed reads as if someone had written it.
 */

/** A property of an object type. */
export interface Member {
  readonly type: Type
  readonly required: boolean
  /** Lines of its comment. */
  readonly comment: ReadonlyArray<string>
}

export interface ObjectType {
  readonly kind: "object"
  readonly members: ReadonlyMap<string, Member>
  /** The type of properties that have no name here. Without it there are none. */
  readonly rest: Type | undefined
}

export type Type =
  | { readonly kind: "unknown" }
  | { readonly kind: "never" }
  | { readonly kind: "primitive"; readonly name: "string" | "number" | "boolean" | "null" }
  /** A file in place of a string. */
  | { readonly kind: "media" }
  /** A JSON value as it stands in a type. */
  | { readonly kind: "literal"; readonly of: ValueKind; readonly text: string }
  | { readonly kind: "array"; readonly element: Type }
  | { readonly kind: "tuple"; readonly first: ReadonlyArray<Type>; readonly required: number; readonly rest?: Type }
  | ObjectType
  | { readonly kind: "union"; readonly members: ReadonlyArray<Type> }
  | { readonly kind: "intersection"; readonly members: ReadonlyArray<Type> }
  /** A recursive type, by the name of its declaration. */
  | { readonly kind: "reference"; readonly name: string }

/** The kinds of JSON values. */
export type ValueKind = "string" | "number" | "boolean" | "null" | "array" | "object"

export const unknown: Type = { kind: "unknown" }

export const never: Type = { kind: "never" }

export const primitive = (name: "string" | "number" | "boolean" | "null"): Type => ({ kind: "primitive", name })

export const media: Type = { kind: "media" }

export const array = (element: Type): Type => ({ kind: "array", element })

export const kindOf = (value: unknown): ValueKind => {
  if (value === null) return "null"
  if (Array.isArray(value)) return "array"
  const kind = typeof value
  return kind === "string" || kind === "number" || kind === "boolean" ? kind : "object"
}

const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return `readonly [${value.map(valueText).join(", ")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([name, field]) => `readonly ${JSON.stringify(name)}: ${valueText(field)}`)
  return fields.length === 0 ? "Readonly<Record<string, never>>" : `{ ${fields.join("; ")} }`
}

/** The one type of a JSON value. A number too large to be written is any number. */
export const literal = (value: unknown): Type =>
  typeof value === "number" && !Number.isFinite(value)
    ? primitive("number")
    : { kind: "literal", of: kindOf(value), text: valueText(value) }

const same = (left: Type, right: Type): boolean => signature(left) === signature(right)

/** Equal for equal types, comments included: an `undefined` of theirs is dropped, a map becomes its entries. */
export const signature = (type: Type): string =>
  JSON.stringify(type, (_, value: unknown) => (value instanceof Map ? [...value] : value))

const covers = (wide: Type, narrow: Type): boolean =>
  same(wide, narrow) || (wide.kind === "primitive" && narrow.kind === "literal" && wide.name === narrow.of)

/** Any of the types. */
export const union = (types: ReadonlyArray<Type>): Type => {
  const flat = types.flatMap((type) => (type.kind === "union" ? type.members : [type]))
  if (flat.some((type) => type.kind === "unknown")) return unknown
  const members: Array<Type> = []
  for (const type of flat) {
    if (type.kind === "never" || members.some((member) => covers(member, type))) continue
    const kept = members.filter((member) => !covers(type, member))
    members.splice(0, members.length, ...kept, type)
  }
  const [first = never, ...others] = members
  return others.length === 0 ? first : { kind: "union", members }
}

/** A union is taken apart in an intersection as long as no more alternatives than this come out. */
const maximumAlternatives = 8

/** The kind that all values of a type are of, if there is one. */
export const kindOfType = (type: Type): ValueKind | undefined => {
  switch (type.kind) {
    case "primitive":
      return type.name
    case "literal":
      return type.of
    case "array":
    case "tuple":
      return "array"
    case "object":
      return "object"
    default:
      return undefined
  }
}

const alternatives = (type: Type): ReadonlyArray<Type> => (type.kind === "union" ? type.members : [type])

/** A property that one of two objects does not name: its rest decides, and without a rest there is no such property. */
const memberOf = (type: ObjectType, name: string): Member | undefined =>
  type.members.get(name) ??
  (type.rest?.kind === "unknown" ? undefined : { type: type.rest ?? never, required: false, comment: [] })

const intersectObjects = (left: ObjectType, right: ObjectType): Type => {
  const members = new Map<string, Member>()
  for (const name of new Set([...left.members.keys(), ...right.members.keys()])) {
    const [first, second] = [memberOf(left, name), memberOf(right, name)]
    const type = intersection([first?.type ?? unknown, second?.type ?? unknown])
    const required = first?.required === true || second?.required === true
    if (required && type.kind === "never") return never
    members.set(name, {
      type,
      required,
      comment: first === undefined || first.comment.length === 0 ? (second?.comment ?? []) : first.comment
    })
  }
  const rest = left.rest === undefined || right.rest === undefined ? undefined : intersection([left.rest, right.rest])
  return { kind: "object", members, rest }
}

const both = (left: Type, right: Type): Type => {
  if (left.kind === "unknown" || same(left, right)) return right
  if (right.kind === "unknown") return left
  if (left.kind === "never" || right.kind === "never") return never
  if (left.kind === "union" || right.kind === "union") {
    const [lefts, rights] = [alternatives(left), alternatives(right)]
    const met = union(lefts.flatMap((one) => rights.map((other) => both(one, other))))
    return alternatives(met).length <= Math.max(maximumAlternatives, lefts.length, rights.length)
      ? met
      : { kind: "intersection", members: [left, right] }
  }
  if (left.kind === "object" && right.kind === "object") return intersectObjects(left, right)
  if (left.kind === "media" || right.kind === "media") return never
  const [leftKind, rightKind] = [kindOfType(left), kindOfType(right)]
  if (leftKind !== undefined && rightKind !== undefined && leftKind !== rightKind) return never
  if (left.kind === "primitive") return right
  if (right.kind === "primitive") return left
  // Literals of one kind that differ have no value in common; that of an array or object may be the other's narrower form.
  if (left.kind === "literal") return right.kind === "literal" ? never : left
  if (right.kind === "literal") return right
  if (left.kind === "array" && right.kind === "array") return array(both(left.element, right.element))
  return { kind: "intersection", members: [left, right] }
}

/** The same where a string names a medium: there, and in a list of them, the medium itself may stand. */
export const withMedia = (type: Type): Type => {
  switch (type.kind) {
    case "primitive":
      return type.name === "string" ? union([type, media]) : type
    case "array":
      return array(withMedia(type.element))
    case "union":
      return union(type.members.map(withMedia))
    default:
      return type
  }
}

/** All of the types at once. */
export const intersection = (types: ReadonlyArray<Type>): Type => types.reduce(both, unknown)

/** The properties that any of the objects has, required where all require it. Other types stay alternatives. */
export const merge = (types: ReadonlyArray<Type>): Type => {
  const flat = types.flatMap(alternatives)
  const objects = flat.filter((type) => type.kind === "object")
  if (objects.length === 0) return union(flat)
  const names = [...new Set(objects.flatMap((type) => [...type.members.keys()]))].toSorted()
  const members = names.map((name): readonly [string, Member] => {
    const found = objects.flatMap((type) => type.members.get(name) ?? [])
    return [
      name,
      {
        type: merge(found.map((member) => member.type)),
        required: found.length === objects.length && found.every((member) => member.required),
        comment: found.find((member) => member.comment.length > 0)?.comment ?? []
      }
    ]
  })
  const rests = objects.flatMap((type) => type.rest ?? [])
  const merged: Type = {
    kind: "object",
    members: new Map(members),
    rest: rests.length === 0 ? undefined : union(rests)
  }
  return union([merged, ...flat.filter((type) => type.kind !== "object")])
}
