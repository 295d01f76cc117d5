/**
 * Everything public says what it is: each module opens with a paragraph, each exported declaration has a sentence, the
 * release it came with, and its category.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Comment, parseSync, type Program } from "oxc-parser"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")

const modules = ["schemas", ...["core", "node", "promise", "testing", "emulator"].map((name) => `packages/${name}`)]
  .flatMap((folder) => readdirSync(join(root, folder, "src")).map((file) => `${folder}/src/${file}`))
  // An index only gathers what others declare, and a command exports nothing.
  .filter((path) => path.endsWith(".ts") && !/\/(?:index|bin)\.ts$/.test(path))

describe.each(modules)("%s", (path) => {
  const text = readFileSync(join(root, path), "utf8")
  const { comments, program } = parseSync(path, text)

  it("opens with what it is for", () => {
    const opening = comments.find(({ value }) => value.startsWith("*"))
    expect(opening === undefined ? "nothing" : sentence(opening)).toMatch(/^[A-Z`].*\w/s)
  })

  it("documents what it exports", () => {
    const wanting = declarations(program).flatMap(({ name, start }) => {
      const comment = comments.findLast(({ end }) => end <= start && text.slice(end, start).trim() === "")
      const faults = [
        comment === undefined || !comment.value.startsWith("*") ? "no documentation" : "",
        comment?.value.includes("@since ") === true ? "" : "no @since",
        comment?.value.includes("@category ") === true ? "" : "no @category",
        comment === undefined || sentence(comment) !== "" ? "" : "no sentence"
      ].filter((fault) => fault !== "")
      return faults.length === 0 ? [] : [`${name}: ${faults.join(", ")}`]
    })
    expect(wanting).toEqual([])
  })
})

/** The exported declarations of a module; the overloads of a function count once. */
const declarations = (program: Program): ReadonlyArray<{ readonly name: string; readonly start: number }> => {
  const found = new Map<string, number>()
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.declaration === null) continue
    const { declaration } = statement
    const names =
      declaration.type === "VariableDeclaration"
        ? declaration.declarations.map(({ id }) => (id.type === "Identifier" ? id.name : "a pattern"))
        : ["id" in declaration && declaration.id?.type === "Identifier" ? declaration.id.name : declaration.type]
    for (const name of names) if (!found.has(name)) found.set(name, statement.start)
  }
  return [...found].map(([name, start]) => ({ name, start }))
}

/** What a comment says in front of its tags. */
const sentence = ({ value }: Comment): string =>
  (value.split(/^\s*\*\s*@/m)[0] ?? "").replaceAll(/^[ \t]*\*+/gm, "").trim()
