/**
 * A second minifier, after rolldown's: in what that one leaves it finds another thirtieth, by joining and inlining over several
 * passes, and by names that repeat, which compress well. The notes that tell bundlers what is pure go, too.
 */
import remapping from "@jridgewell/remapping"
import { minifySync } from "@swc/wasm"
import type { Code } from "./lines.ts"

/** The same program in fewer bytes, mapped to the same sources. */
export const squeeze = ({ map, text }: Code): Code => {
  const { code, map: moved } = minifySync(text, {
    module: true,
    ecma: 2022,
    compress: { passes: 3, unsafe_arrows: true },
    mangle: true,
    sourceMap: true
  })
  if (moved === undefined) throw new Error("There is no source map.")
  // The sources themselves have no further maps.
  const { mappings, names, sources } = remapping([JSON.parse(moved), { version: 3, ...map }], () => null)
  return { text: code, map: { mappings: String(mappings), names, sources } }
}
