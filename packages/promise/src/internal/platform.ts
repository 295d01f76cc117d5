/**
 * What the client takes from the runtime it finds itself in, unless it was given something else: `fetch`, and a name for
 * the `User-Agent`.
 */
import { Runtime } from "@effect-runware/core/UserAgent"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { ClientDependencies } from "../ClientConfig.ts"

/** The platform as layers. `fetch` is read by each request, so the layer has to stay around the calls. */
export const layerPlatform = (dependencies: ClientDependencies): Layer.Layer<HttpClient.HttpClient> =>
  Layer.mergeAll(
    FetchHttpClient.layer,
    Layer.succeed(FetchHttpClient.Fetch, fetchOf(dependencies)),
    Layer.succeed(Runtime, runtimeName())
  )

// The HTTP client calls it with a URL or a string, which is all that our own type asks of a replacement.
export const fetchOf = ({ fetch }: ClientDependencies) =>
  (fetch ?? ((input: URL | string, init?: RequestInit) => globalThis.fetch(input, init))) as typeof globalThis.fetch

interface Process {
  readonly versions?: Readonly<Record<string, string | undefined>>
  readonly platform?: string
  readonly arch?: string
}

/** The server runtime we are in. Those that imitate Node name themselves beside it. */
export const runtime = () => {
  // Typed as it is outside of Node, too: absent, or in part.
  const { process } = globalThis as { readonly process?: Process }
  const versions = process?.versions
  const name = ["bun", "deno", "node"].find((one) => typeof versions?.[one] === "string")
  return name === undefined ? undefined : { name, version: versions?.[name], process }
}

/** `undefined` in browsers, which set a `User-Agent` of their own. */
const runtimeName = (): string | undefined => {
  const found = runtime()
  return found === undefined
    ? undefined
    : `${found.name}/${found.version}; ${found.process?.platform ?? "unknown"} ${found.process?.arch ?? "unknown"}`
}
