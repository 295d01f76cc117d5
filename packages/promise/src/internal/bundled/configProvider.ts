/**
 * The environment in the published bundle, in the place of `effect/ConfigProvider`: single variables, without the trees,
 * paths and formats of the whole. `test/bundledConfigProvider.test.ts` holds it to what Effect's own does.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

interface Provider {
  readonly load: (path: readonly [name: string]) => Effect.Effect<{ readonly value: string | undefined } | undefined>
}

type Variables = Readonly<Record<string, string | undefined>>

/** The environment as it is at this moment, where there is one. */
export const fromEnv = (): Provider => {
  // Typed as it is outside of Node and bundlers, too: absent.
  const { process } = globalThis as { readonly process?: { readonly env?: Variables } }
  const { env } = import.meta as { readonly env?: Variables }
  const variables = { ...process?.env, ...env }
  // An empty one is as good as absent.
  return { load: ([name]) => Effect.succeed({ value: variables[name] || undefined }) }
}

export const ConfigProvider: Context.Reference<Provider> = Context.Reference("@effect-runware/promise/Environment", {
  defaultValue: fromEnv
})
