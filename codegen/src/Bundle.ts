/**
 * A schema map as types: each entry's request and response translated, and whatever is wrong or left out collected.
 */
import { createHash } from "node:crypto"
import type { JsonSchema, SchemaMap, SchemaPair } from "@effect-runware/schemas"
import { parameterComment } from "./emit/ParameterComment.ts"
import { describeResultField } from "./emit/ResultFields.ts"
import { SnapshotError, taskTypeOf } from "./Snapshot.ts"
import { isMedia } from "./descriptions/Media.ts"
import { References } from "./types/References.ts"
import { type Note, Translator } from "./types/Translate.ts"
import type * as Type from "./types/Type.ts"
import { typeName } from "./types/Print.ts"

/** What an entry of the schema map is about. */
export type EntryKind = "model" | "architecture" | "modality" | "operation" | "utility"

/** An entry of the schema map as types. */
export interface Entry {
  readonly kind: EntryKind
  /** The AIR of a model, the key of a family, the task type of a utility. */
  readonly key: string
  readonly slug?: string
  /** The family whose parameters stand in for those of the model. */
  readonly fallback?: string
  readonly taskType: string
  /** The parameters without `model`. */
  readonly parameters: Type.Type
  readonly hasModel: boolean
  readonly result: Type.Type | undefined
}

/** Something that the types of an entry leave out. */
export interface Finding extends Note {
  readonly entry: string
}

/** A schema map as types. */
export interface Bundle {
  readonly entries: ReadonlyArray<Entry>
  /** Types that refer to themselves, by name. */
  readonly recursive: ReadonlyMap<string, Type.Type>
  readonly findings: ReadonlyArray<Finding>
}

interface Source extends SchemaPair {
  readonly kind: EntryKind
  readonly key: string
  readonly slug?: string
  readonly fallback?: string
  readonly taskType: string | undefined
}

const family = (kind: EntryKind, table: Readonly<Record<string, SchemaPair>>): ReadonlyArray<Source> =>
  Object.entries(table).map(([key, { requestSchema, responseSchema }]) => ({
    kind,
    key,
    requestSchema,
    responseSchema,
    taskType: taskTypeOf(requestSchema)
  }))

const sources = (map: SchemaMap): ReadonlyArray<Source> => [
  ...map.utilities.map((utility): Source => ({ ...utility, kind: "utility", key: utility.taskType })),
  ...family("architecture", map.architectures),
  ...family("modality", map.modalities),
  ...family("operation", map.operations),
  ...map.inference.map((entry): Source => ({
    ...entry,
    kind: "model",
    key: entry.air,
    taskType: taskTypeOf(entry.requestSchema)
  }))
]

/** The client fills these in. */
const filledIn: ReadonlySet<string> = new Set(["taskType", "taskUUID", "deliveryMethod"])

/** Task types whose `taskUUID` names another task, so that only the caller knows it. */
const aboutAnother: ReadonlySet<string> = new Set(["getResponse", "getTaskDetails"])

/** The parameters as a caller gives them: nothing that the client knows is required, and the model stands apart. */
const asGiven = (type: Type.Type, kind: EntryKind, taskType: string): Type.Type => {
  if (type.kind === "union" || type.kind === "intersection") {
    return { ...type, members: type.members.map((member) => asGiven(member, kind, taskType)) }
  }
  if (type.kind !== "object") return type
  const isFilledIn = (name: string) =>
    filledIn.has(name) &&
    !(name === "taskUUID" && aboutAnother.has(taskType)) &&
    !(name === "taskType" && kind === "utility")
  const members = [...type.members]
    .filter(([name]) => name !== "model" || kind === "utility")
    .map(([name, member]) => [name, isFilledIn(name) ? { ...member, required: false } : member] as const)
  return { ...type, members: new Map(members) }
}

/** A result as its reader sees it: fields that no schema names are on the value and not in the type. */
const asRead = (type: Type.Type): Type.Type => {
  switch (type.kind) {
    case "array":
      return { ...type, element: asRead(type.element) }
    case "union":
    case "intersection":
      return { ...type, members: type.members.map(asRead) }
    case "object": {
      const members = [...type.members].map(
        ([name, member]) => [name, { ...member, type: asRead(member.type) }] as const
      )
      const open = type.members.size === 0 ? type.rest : undefined
      return { ...type, members: new Map(members), rest: type.rest?.kind === "unknown" ? open : type.rest }
    }
    default:
      return type
  }
}

/** Translates a schema map. Throws `SnapshotError` with every entry that has no type, and why. */
export const bundleOf = (map: SchemaMap): Bundle => {
  const references = new References()
  const recursive = new Map<string, () => Type.Type>()
  const findings: Array<Finding> = []
  const all = sources(map)
  for (const { key, kind, requestSchema, responseSchema } of all) {
    if (requestSchema) references.add(requestSchema, `urn:entry:request:${kind}:${key}`)
    if (responseSchema) references.add(responseSchema, `urn:entry:response:${kind}:${key}`)
  }
  const translate = (
    schema: JsonSchema,
    entry: string,
    comment: (path: string, schema: JsonSchema) => ReadonlyArray<string>,
    isMedia: (path: string, schema: JsonSchema) => boolean
  ): Type.Type =>
    new Translator({
      references,
      comment,
      isMedia,
      note: (note) => findings.push({ ...note, entry }),
      declare: (location, type) => {
        const words = location.slice(
          Math.max(location.lastIndexOf("/"), location.lastIndexOf("#"), location.lastIndexOf(":")) + 1
        )
        const digest = createHash("sha256").update(location).digest("hex").slice(0, 6)
        const name = `${typeName(words) || "Root"}_${digest}`
        recursive.set(name, type)
        return name
      }
    }).root(schema)

  const entries = all.flatMap((source): ReadonlyArray<Entry> => {
    const { key, kind, requestSchema, responseSchema, taskType } = source
    if (!requestSchema || taskType === undefined) {
      findings.push({ kind: "missing", keyword: "request schema", path: "", entry: `${kind} ${key}` })
      return []
    }
    const parameters = translate(
      requestSchema,
      `${kind} ${key}`,
      (path, schema) => parameterComment(taskType, path, schema),
      isMedia
    )
    const comment = (path: string) => [describeResultField(taskType, path) ?? []].flat()
    const result = responseSchema
      ? translate(responseSchema, `${kind} ${key} (response)`, comment, () => false)
      : undefined
    return [
      {
        kind,
        key,
        taskType,
        ...(source.slug === undefined ? {} : { slug: source.slug }),
        ...(source.fallback === undefined ? {} : { fallback: source.fallback }),
        parameters: asGiven(parameters, kind, taskType),
        hasModel: hasModel(parameters),
        result: result === undefined ? undefined : asRead(result)
      }
    ]
  })
  const declared = new Map<string, Type.Type>()
  for (const [name, type] of recursive) declared.set(name, type())
  const broken = findings.filter(({ kind }) => kind === "broken")
  if (broken.length > 0)
    throw new SnapshotError(broken.map(({ entry, keyword, path }) => `${entry}: ${at(path)}${keyword}`))
  return { entries, recursive: declared, findings }
}

const at = (path: string): string => (path === "" ? "" : `${path}: `)

const hasModel = (type: Type.Type): boolean =>
  type.kind === "object"
    ? type.members.has("model")
    : (type.kind === "union" || type.kind === "intersection") && type.members.some(hasModel)
