/**
 * Chooses and loads the engine. Each is loaded only where it is used.
 */
import type { EngineName } from "../../Validator.ts"
import type { Compile } from "./finding.ts"

/** Loads an engine; `auto` is ajv where the runtime lets it compile. */
export const load = async (name: EngineName | "auto"): Promise<Compile> => {
  const isCompiling = name === "ajv" || (name === "auto" && mayCompile())
  const { compile } = await (isCompiling ? import("./ajvEngine.ts") : import("./cfworkerEngine.ts"))
  return compile
}

/** Whether this runtime allows `new Function`. */
const mayCompile = (): boolean => {
  try {
    // oxlint-disable-next-line no-new-func -- what ajv does; asking is the only way to know
    return new Function("return true")() === true
  } catch {
    return false
  }
}
