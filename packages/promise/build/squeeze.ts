/**
 * Minifiers after rolldown's own pass: swc finds another thirtieth in what that one leaves, by joining and inlining over several
 * passes, and rolldown's then more in what swc leaves. The notes that tell bundlers what is pure go, too.
 */
import remapping from "@jridgewell/remapping"
import { minifySync as minifyWithSwc } from "@swc/wasm"
import { parseSync } from "oxc-parser"
import { minifySync } from "rolldown/utils"
import type { Code } from "./lines.ts"

/** The same program in fewer bytes, with other names for some properties, mapped to the same sources. */
export const squeeze = ({ map, text }: Code, properties: Readonly<Record<string, string>>): Code => {
  const joined = minifyWithSwc(text, {
    module: true,
    ecma: 2022,
    compress: { passes: 3, unsafe_arrows: true },
    // Names are chosen once, at the end.
    mangle: false,
    sourceMap: true
  })
  const named = minifySync("bundle.js", joined.code, {
    module: true,
    compress: true,
    mangle: true,
    mangleProps: { include: new RegExp(`^(?:${Object.keys(properties).join("|")})$`), cache: { ...properties } },
    sourcemap: true
  })
  if (joined.map === undefined || named.map === undefined) throw new Error("There is no source map.")
  // The sources themselves have no further maps.
  const maps = [{ ...named.map, version: 3 as const }, JSON.parse(joined.map), { version: 3, ...map }]
  const { mappings, names, sources } = remapping(maps, () => null)
  return { text: quoted(named.code), map: { mappings: String(mappings), names, sources } }
}

/** Modules in quotes, as every bundler reads them. */
const quoted = (text: string): string =>
  parseSync("bundle.js", text).module.dynamicImports.reduce((quoted, { moduleRequest: { end, start } }) => {
    const name = text.slice(start, end).replaceAll("`", '"')
    return quoted.slice(0, start) + name + quoted.slice(end)
  }, text)
