/**
 * JSON Schema (2019-09) as types. A type may allow more than its schema and never less: what no type can say is left to
 * validation and noted, and so is a keyword that nobody knows.
 */
import type { JsonSchema } from "@effect-runware/schemas"
import * as Keywords from "./Keywords.ts"
import type { References } from "./References.ts"
import { isSchema, schemaMap, schemas, schemasIn, strings } from "./SchemaParts.ts"
import * as Type from "./Type.ts"

/** Something that a schema says and its type does not. */
export interface Note {
  /**
   * `rule`: checked at run time only. `unknown`: a keyword that nobody knows. `missing`: there is no schema. `broken`: there
   * is no type for this.
   */
  readonly kind: "rule" | "unknown" | "missing" | "broken"
  readonly keyword: string
  /** The place in the schema, `inputs.frameImages[]`. */
  readonly path: string
}

/** What one translation works with. */
export interface Options {
  readonly references: References
  /** Lines of comment for the property at a path. */
  readonly comment: (path: string, schema: JsonSchema) => ReadonlyArray<string>
  /** Whether the string at a path names a medium, in whose place the medium itself may be given. */
  readonly isMedia: (path: string, schema: JsonSchema) => boolean
  /** Takes what the type leaves out. */
  readonly note: (note: Note) => void
  /** Takes the type behind a recursive reference, and gives the name that it is declared under. */
  readonly declare: (location: string, type: () => Type.Type) => string
}

type Kind = Type.ValueKind

const everyKind: ReadonlyArray<Kind> = ["string", "number", "boolean", "null", "array", "object"]

const words: Readonly<Record<string, Kind>> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  null: "null",
  array: "array",
  object: "object"
}

/** Where in a schema a translation is. */
interface Place {
  readonly path: string
  readonly resource: JsonSchema
  /** Kinds of values that the schemas around this one leave. */
  readonly kinds: ReadonlyArray<Kind>
  /** References that led here without a property or an item in between. */
  readonly direct: ReadonlyArray<string>
  /** Whether this is the schema of a whole task, whose rules across parameters make no alternatives. */
  readonly root: boolean
  /** Whether this is inside of a rule, and read only for what is wrong with it. */
  readonly quiet: boolean
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`)

/** Translates the schemas of one bundle. */
export class Translator {
  readonly #options: Options
  /** Recursive references by location: named as soon as one is met inside of itself. */
  readonly #open = new Set<string>()
  readonly #recursive = new Map<string, string>()

  constructor(options: Options) {
    this.#options = options
  }

  /** The type of the values that the root schema of a task allows. */
  root(schema: JsonSchema): Type.Type {
    return this.#type(schema, { path: "", resource: schema, kinds: everyKind, direct: [], root: true, quiet: false })
  }

  #note(kind: Note["kind"], keyword: string, { path, quiet }: Place): void {
    if (kind !== "rule" || !quiet) this.#options.note({ kind, keyword, path })
  }

  #inside(place: Place, path: string): Place {
    return { ...place, path, kinds: everyKind, direct: [], root: false }
  }

  #type(schema: JsonSchema | boolean, outer: Place): Type.Type {
    if (typeof schema === "boolean") return schema ? Type.unknown : Type.never
    const resource = typeof schema.$id === "string" ? schema : outer.resource
    const place = { ...outer, resource, kinds: this.#kinds(schema, outer) }
    this.#inspect(schema, place)
    const type = Type.intersection([
      this.#values(schema, place),
      ...this.#referenced(schema, place),
      ...schemas(schema.allOf).map((one) => this.#type(one, place)),
      this.#alternatives(schema, "anyOf", place),
      this.#alternatives(schema, "oneOf", place),
      this.#conditional(schema, place)
    ])
    return schema["unevaluatedProperties"] === false ? this.#closed(type, schema, place) : type
  }

  /** Notes what the type will not say, and what is wrong with it. */
  #inspect(schema: JsonSchema, place: Place): void {
    for (const [keyword, value] of Object.entries(schema)) {
      const shape = Object.hasOwn(Keywords.shapes, keyword) ? Keywords.shapes[keyword] : undefined
      if (shape === undefined) {
        this.#note("unknown", keyword, place)
        continue
      }
      if (!Keywords.fits(shape, value)) this.#note("broken", `${keyword}, which should be ${shape}`, place)
      else if (Keywords.rules.includes(keyword)) this.#note("rule", keyword, place)
      if (Keywords.unread.includes(keyword)) {
        for (const inner of schemasIn(shape, value))
          this.#type(inner, { ...this.#inside(place, place.path), quiet: true })
      }
    }
  }

  /** Without its rest, if the properties that the schema evaluates are all in the type. */
  #closed(type: Type.Type, schema: JsonSchema, place: Place): Type.Type {
    if (type.kind === "object" && this.#isPlain(schema, place.resource, 0)) return { ...type, rest: undefined }
    this.#note("rule", "unevaluatedProperties", place)
    return type
  }

  /** Whether a schema declares properties by name only, itself and through the schemas that it applies. */
  #isPlain(schema: JsonSchema | boolean, resource: JsonSchema, depth: number): boolean {
    if (typeof schema === "boolean") return true
    if (depth > 20 || undeclared.some((keyword) => keyword in schema)) return false
    if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return false
    const target =
      typeof schema["$ref"] === "string" ? this.#options.references.find(schema["$ref"], resource) : undefined
    const applied = schemas(schema.allOf).every((one) => this.#isPlain(one, resource, depth + 1))
    return applied && (target === undefined || this.#isPlain(target.schema, target.resource, depth + 1))
  }

  #kinds(schema: JsonSchema, place: Place): ReadonlyArray<Kind> {
    if (schema.type === undefined) return place.kinds
    const named = typeof schema.type === "string" ? [schema.type] : strings(schema.type)
    const own = named.flatMap((name) => words[name] ?? [])
    if (own.length < named.length || named.length === 0) {
      this.#note("broken", `type ${JSON.stringify(schema.type)}`, place)
    }
    const nullable: ReadonlyArray<Kind> = schema["nullable"] === true ? ["null"] : []
    return [...own, ...nullable].filter((kind) => place.kinds.includes(kind))
  }

  /** What the schema's own keywords allow, the other schemas that it applies aside. */
  #values(schema: JsonSchema, place: Place): Type.Type {
    if ("const" in schema)
      return place.kinds.includes(Type.kindOf(schema.const)) ? Type.literal(schema.const) : Type.never
    if (Array.isArray(schema.enum)) {
      const values: ReadonlyArray<unknown> = schema.enum
      return Type.union(values.filter((value) => place.kinds.includes(Type.kindOf(value))).map(Type.literal))
    }
    const object = ["properties", "required", "additionalProperties", "patternProperties"]
    const list = ["items", "prefixItems", "additionalItems"]
    const says = [...object, ...list].some((keyword) => keyword in schema)
    if (place.kinds.length === everyKind.length && !says) return Type.unknown
    return Type.union(place.kinds.map((kind) => this.#ofKind(kind, schema, place)))
  }

  #ofKind(kind: Kind, schema: JsonSchema, place: Place): Type.Type {
    if (kind === "object") return this.#object(schema, place)
    return kind === "array" ? this.#array(schema, place) : Type.primitive(kind)
  }

  #object(schema: JsonSchema, place: Place): Type.Type {
    const required = new Set(strings(schema.required))
    const members = new Map<string, Type.Member>()
    for (const [name, property] of schemaMap(schema.properties)) {
      const path = join(place.path, name)
      const type = this.#parameter(property, this.#inside(place, path))
      const comment = typeof property === "boolean" ? [] : this.#options.comment(path, property)
      if (type.kind !== "never" || required.has(name))
        members.set(name, { type, required: required.has(name), comment })
    }
    for (const name of required) {
      if (!members.has(name)) members.set(name, { type: Type.unknown, required: true, comment: [] })
    }
    return { kind: "object", members, rest: this.#rest(schema, place) }
  }

  #parameter(schema: JsonSchema | boolean, place: Place): Type.Type {
    const type = this.#type(schema, place)
    return typeof schema === "object" && this.#options.isMedia(place.path, schema) ? Type.withMedia(type) : type
  }

  /** The type of properties without a name. Those of a pattern may have any name: no type tells them apart. */
  #rest(schema: JsonSchema, place: Place): Type.Type | undefined {
    const at = this.#inside(place, join(place.path, "*"))
    const patterns = schemaMap(schema["patternProperties"]).map(([, pattern]) => this.#type(pattern, at))
    if (patterns.length > 0) this.#note("rule", "patternProperties", place)
    const { additionalProperties = true } = schema
    const others = additionalProperties === false ? [] : [this.#type(additionalProperties, at)]
    return patterns.length + others.length === 0 ? undefined : Type.union([...patterns, ...others])
  }

  #array(schema: JsonSchema, place: Place): Type.Type {
    const at = this.#inside(place, `${place.path}[]`)
    const positional = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : schema.items
    const others = Array.isArray(schema["prefixItems"]) ? schema.items : schema["additionalItems"]
    if (!Array.isArray(positional)) {
      const element = isSchema(positional) ? this.#type(positional, at) : Type.unknown
      return element.kind === "never" ? { kind: "tuple", first: [], required: 0 } : Type.array(element)
    }
    const first = schemas(positional).map((item) => this.#type(item, at))
    const rest = isSchema(others) ? this.#type(others, at) : Type.unknown
    const required = Math.min(first.length, schema.minItems ?? 0)
    return rest.kind === "never" ? { kind: "tuple", first, required } : { kind: "tuple", first, required, rest }
  }

  /** The schemas that `$ref` and its kin mean. One that is met inside of itself is declared, and referred to by name. */
  #referenced(schema: JsonSchema, place: Place): ReadonlyArray<Type.Type> {
    return ["$ref", "$recursiveRef", "$dynamicRef"].flatMap((keyword) => {
      const reference = schema[keyword]
      return reference === undefined ? [] : [this.#reference(keyword, reference, place)]
    })
  }

  #reference(keyword: string, reference: unknown, place: Place): Type.Type {
    const target = typeof reference === "string" ? this.#options.references.find(reference, place.resource) : undefined
    if (target === undefined) {
      this.#note("broken", `${keyword} ${JSON.stringify(reference)}, which leads nowhere`, place)
      return Type.unknown
    }
    const { location, resource } = target
    // A schema that is only itself again says nothing.
    if (place.direct.includes(location)) return Type.unknown
    const named = this.#recursive.get(location)
    if (named !== undefined) return { kind: "reference", name: named }
    const translate = () =>
      this.#type(target.schema, { ...place, resource, kinds: everyKind, direct: [...place.direct, location] })
    if (this.#open.has(location)) {
      const name = this.#options.declare(location, translate)
      this.#recursive.set(location, name)
      return { kind: "reference", name }
    }
    this.#open.add(location)
    const type = translate()
    this.#open.delete(location)
    const name = this.#recursive.get(location)
    return name === undefined ? type : { kind: "reference", name }
  }

  #alternatives(schema: JsonSchema, keyword: "anyOf" | "oneOf", place: Place): Type.Type {
    const branches = schemas(schema[keyword])
    if (branches.length === 0) return Type.unknown
    if (place.root && !branches.every((branch) => declares(branch, schema))) {
      this.#note("rule", keyword, place)
      for (const branch of branches) this.#type(branch, { ...place, quiet: true })
      return Type.unknown
    }
    const types = branches.map((branch) => this.#type(branch, place))
    if (keyword === "oneOf" && !areApart(types)) this.#note("rule", "oneOf", place)
    return Type.union(types)
  }

  /** Either the `if` holds and so does `then`, or `else` does. A missing half may be anything. */
  #conditional(schema: JsonSchema, place: Place): Type.Type {
    if (schema.if === undefined) return Type.unknown
    this.#note("rule", "if", place)
    const { else: otherwise, then } = schema
    const halves = schemas([then, otherwise])
    const expressed = !place.root && halves.length === 2
    const types = halves.map((half) => this.#type(half, { ...place, quiet: place.quiet || !expressed }))
    return expressed ? Type.union(types) : Type.unknown
  }
}

/** Whether a branch at the root is a form of the task, and not a rule across parameters that the root declares. */
const declares = (branch: JsonSchema | boolean, root: JsonSchema): boolean =>
  typeof branch === "object" &&
  (branch["$ref"] !== undefined ||
    Object.keys(branch.properties ?? {}).some((name) => root.properties?.[name] === undefined))

/** Keywords through which a schema may declare properties that its type doesn't have. */
const undeclared: ReadonlyArray<string> = [
  "if",
  "anyOf",
  "oneOf",
  "not",
  "patternProperties",
  "dependentSchemas",
  "$recursiveRef",
  "$dynamicRef"
]

/** Whether no value is of two of the types, so that "exactly one" is no further rule. Literals are each of their own. */
const areApart = (types: ReadonlyArray<Type.Type>): boolean => {
  const others = types.filter(({ kind }) => kind !== "literal").map(Type.kindOfType)
  const literals = new Set(types.filter(({ kind }) => kind === "literal").map(Type.kindOfType))
  return others.every((kind, index) => kind !== undefined && others.indexOf(kind) === index && !literals.has(kind))
}
