/**
 * Types as text. A type that occurs more than once is declared once: its name is what it is called where it is used, and
 * a digest of its text, so that the name stays as long as the type does.
 */
import { createHash } from "node:crypto"
import { comment, indent, literal } from "../emit/Text.ts"
import { type Member, type ObjectType, type Type, union } from "./Type.ts"

const identifier = /^[A-Za-z_$][\w$]*$/

/** A property name as it stands in a type. */
export const propertyName = (name: string): string => (identifier.test(name) ? name : literal(name))

/**
 * Words as the name of a type: `bfl-flux-1-dev` is `BflFlux1Dev`. Digits that would run together are kept apart:
 * `happyhorse-1-0` is `Happyhorse1_0`.
 */
export const typeName = (words: string): string =>
  words
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .reduce((name, word) => (/\d$/.test(name) && /^\d/.test(word) ? `${name}_${word}` : `${name}${word}`), "")
    .replace(/^3D/i, "ThreeD")
    .replace(/^(?=\d)/, "N")

/** How types are printed. */
export interface Style {
  /** Whether an optional property may be given as `undefined`. */
  readonly allowUndefined: boolean
  /** The word for an unknown property's name in an index signature. */
  readonly key: string
}

/** A declaration that others refer to. */
export interface Declaration {
  readonly name: string
  readonly text: string
}

/** Unions longer than this are worth a name. */
const longUnion = 120

const isShareable = (type: Type, text: string): boolean =>
  (type.kind === "object" && type.members.size > 0) ||
  (type.kind === "union" && text.length > longUnion) ||
  (type.kind === "array" && text.length > longUnion)

/** Prints types, some by name. */
export class Printer {
  readonly #style: Style
  readonly #prefix: string
  readonly #names: ReadonlyMap<string, string>

  /** `names` has the names to print instead of texts, `prefix` the module they are in, `Shape.`, if it is another one. */
  constructor(style: Style, names: ReadonlyMap<string, string> = new Map(), prefix = "") {
    this.#style = style
    this.#names = names
    this.#prefix = prefix
  }

  /** The type as an expression. */
  type(type: Type): string {
    const name = this.#names.get(this.#names.size === 0 ? "" : new Printer(this.#style).inline(type))
    return name === undefined ? this.inline(type) : `${this.#prefix}${name}`
  }

  /** The type as an expression, itself not by name. */
  inline(type: Type): string {
    switch (type.kind) {
      case "primitive":
        return type.name
      case "media":
        return "MediaSource"
      case "literal":
        return type.text
      case "reference":
        return `${this.#prefix}${type.name}`
      case "array":
        return `ReadonlyArray<${this.type(type.element)}>`
      case "tuple":
        return this.#tuple(type.first, type.required, type.rest)
      case "object":
        return this.#object(type)
      case "union":
        return this.#union(type.members)
      case "intersection":
        return type.members.map((member) => `(${this.type(member)})`).join(" & ")
      default:
        return type.kind
    }
  }

  #union(members: ReadonlyArray<Type>): string {
    const texts = members.map((member) => this.type(member))
    const isBoolean = texts.includes("true") && texts.includes("false")
    return [
      ...(isBoolean ? ["boolean"] : []),
      ...texts.filter((text) => !isBoolean || !/^(true|false)$/.test(text))
    ].join(" | ")
  }

  #tuple(first: ReadonlyArray<Type>, required: number, rest: Type | undefined): string {
    const items = first.map((type, index) => (index < required ? this.type(type) : `(${this.type(type)})?`))
    return `readonly [${[...items, ...(rest === undefined ? [] : [`...ReadonlyArray<${this.type(rest)}>`])].join(", ")}]`
  }

  #object(type: ObjectType): string {
    if (type.members.size === 0) {
      if (type.rest === undefined) return "Readonly<Record<string, never>>"
      return type.rest.kind === "unknown"
        ? "Readonly<Record<string, unknown>>"
        : `{ readonly [${this.#style.key}: string]: ${this.type(type.rest)} }`
    }
    return `{\n${indent(this.members(type))}\n}`
  }

  /** The properties of an object type, one a line, each with its comment. */
  members({ members, rest }: ObjectType): string {
    const lines = [...members].map(([name, member]) => this.#member(name, member))
    return [...lines, ...(rest === undefined ? [] : [this.#index(members, rest)])].join("\n")
  }

  #member(name: string, { comment: lines, required, type }: Member): string {
    const absent = !required && this.#style.allowUndefined && type.kind !== "unknown" ? " | undefined" : ""
    return `${comment(lines)}readonly ${propertyName(name)}${required ? "" : "?"}: ${this.type(type)}${absent}`
  }

  /** What an index signature says must hold for the named properties too. */
  #index(members: ObjectType["members"], rest: Type): string {
    const type = union([rest, ...[...members.values()].map((member) => member.type)])
    const absent = type.kind === "unknown" ? "" : " | undefined"
    return `readonly [${this.#style.key}: string]: ${this.type(type)}${absent}`
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex")

/** Finds the types that occur more than once, and names them. */
export class Shapes {
  readonly #style: Style
  readonly #plain: Printer
  readonly #found = new Map<string, { readonly type: Type; readonly words: Set<string>; count: number }>()
  #names: ReadonlyMap<string, string> | undefined

  constructor(style: Style) {
    this.#style = style
    this.#plain = new Printer(style)
  }

  /**
   * Counts the type, and the types inside of it. The words say what it is, such as the name of its property. With
   * `always` it gets a name even if it occurs only once.
   */
  add(type: Type, words: string, always = false): void {
    const text = this.#plain.inline(type)
    if (isShareable(type, text)) {
      const found = this.#found.get(text) ?? { type, words: new Set(), count: 0 }
      found.words.add(words)
      found.count += always ? 2 : 1
      this.#found.set(text, found)
      this.#names = undefined
    }
    this.#addParts(type, words)
  }

  #addParts(type: Type, words: string): void {
    switch (type.kind) {
      case "object":
        for (const [name, member] of type.members) this.add(member.type, name)
        if (type.rest !== undefined) this.add(type.rest, words)
        return
      case "array":
        return this.add(type.element, words)
      case "tuple":
        for (const item of [...type.first, ...(type.rest === undefined ? [] : [type.rest])]) this.add(item, words)
        return
      case "union":
      case "intersection":
        for (const member of type.members) this.add(member, words)
        return
      default:
    }
  }

  #named(): ReadonlyMap<string, string> {
    if (this.#names !== undefined) return this.#names
    const names = new Map<string, string>()
    const taken = new Set<string>()
    const shared = [...this.#found]
      .filter(([, { count }]) => count > 1)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
    for (const [text, { words }] of shared) {
      const [first = ""] = [...words].toSorted()
      let length = 4
      const name = () => `${typeName(first)}_${digest(text).slice(0, length)}`
      while (taken.has(name())) length += 1
      taken.add(name())
      names.set(text, name())
    }
    this.#names = names
    return names
  }

  /** The name of the type, if it is declared. */
  nameOf(type: Type): string | undefined {
    return this.#named().get(this.#plain.inline(type))
  }

  /** Prints with the declared types by name, in the words of another module if `prefix` names it. */
  printer(prefix: string): Printer {
    return new Printer(this.#style, this.#named(), prefix)
  }

  /** The shared types, sorted by name. */
  declarations(form: "interface" | "type" = "interface"): ReadonlyArray<Declaration> {
    const printer = this.printer("")
    const names = this.#named()
    return [...this.#found]
      .flatMap(([text, { type }]) => {
        const name = names.get(text)
        return name === undefined
          ? []
          : [{ name, text: printer.inline(type), isInterface: type.kind === "object" && form === "interface" }]
      })
      .map(({ isInterface, name, text }) => ({
        name,
        text: isInterface ? `export interface ${name} ${text}\n` : `export type ${name} = ${text}\n`
      }))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
  }
}
