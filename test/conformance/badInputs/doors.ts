/**
 * The two ways to call the SDK, by the same names: by Promises through the packed client, and by Effects. Whatever either
 * sends is counted and goes nowhere; only the schemas, which a check may ask for, don't count.
 */
import { Content, Media, Runware, RunwareConfig } from "@effect-runware/core"
import { NodeMedia } from "@effect-runware/node"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { PackedSdk } from "../row.ts"

/** A way in. */
export interface Door {
  readonly name: "promise" | "effect"
  /** Makes a call; what it gives, or rejects with. */
  readonly call: (name: string, args: ReadonlyArray<unknown>) => Promise<unknown>
  /** What went out to the service since the door was opened. */
  readonly sent: ReadonlyArray<string>
}

const config = {
  apiKey: "rw_test_key",
  transport: "rest",
  restUrl: "http://inference.test/v1",
  webSocketUrl: "ws://inference.test/v1",
  schemasUrl: "http://schemas.test",
  contentUrl: "http://content.test",
  maxRetries: 0
} as const

const recording = () => {
  const sent: Array<string> = []
  const fetch = (input: URL | string | Request): Promise<Response> => {
    const address = input instanceof Request ? input.url : String(input)
    if (!address.startsWith(config.schemasUrl)) sent.push(address)
    return Promise.reject(new TypeError("offline"))
  }
  return { fetch, sent }
}

type Call = (...args: ReadonlyArray<unknown>) => unknown

/** The function at a path such as `content.models`. */
const at = (container: unknown, path: string): Call =>
  path.split(".").reduce((value: unknown, name) => Reflect.get(Object(value), name), container) as Call

/** The packed client. */
export const promiseDoor = (sdk: PackedSdk): Door => {
  const { fetch, sent } = recording()
  const client = sdk.createClient({ ...config, dependencies: { fetch } })
  const call = async (name: string, args: ReadonlyArray<unknown>): Promise<unknown> => {
    if (name === "config") return at(sdk, "createClient")(...args)
    if (name === "fileToDataURI" || name.startsWith("Media.")) return at(sdk, name)(...args)
    if (name === "content.models") return at(client.content, "models")(...args)
    if (name.startsWith("content.")) return at(client, name)(...args)
    if (name === "stream") return (at(client, name)(...args) as ReturnType<typeof client.stream>).text()
    return at(client, name)(...args)
  }
  return { name: "promise", call, sent }
}

/** The same calls by Effects. */
export const effectDoor = (): Door => {
  const { fetch, sent } = recording()
  const layer = Layer.mergeAll(
    Runware.layerFetch(config),
    Content.layer.pipe(Layer.provide([RunwareConfig.layer(config), FetchHttpClient.layer]))
  ).pipe(Layer.provideMerge(FetchHttpClient.layer), Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch)))
  const effectOf = (name: string, args: ReadonlyArray<unknown>): unknown => {
    const [first, ...others] = args
    switch (name) {
      case "config":
        return at(RunwareConfig, "make")(...args)
      case "stream":
        return Stream.runDrain(at(Runware, name)(...args) as Stream.Stream<unknown>)
      case "fileToDataURI": {
        const isPath = typeof first === "string" || first instanceof URL
        return at(Media, "toDataURI")(isPath ? NodeMedia.fromFile(first) : first, ...others)
      }
      case "Media.download":
        return at(NodeMedia, "download")(...args)
      case "Media.bytes":
        return at(Media, "bytes")(...args)
      default:
        return name.startsWith("content.")
          ? at(Content, name.slice("content.".length))(...args)
          : at(Runware, name)(...args)
    }
  }
  const call = (name: string, args: ReadonlyArray<unknown>): Promise<unknown> =>
    // A call that throws instead of failing is a bare error, which no row expects.
    Effect.runPromise(
      Effect.suspend(() => effectOf(name, args) as Effect.Effect<unknown, unknown>).pipe(
        Effect.provide(layer)
      ) as Effect.Effect<unknown, unknown>
    )
  return { name: "effect", call, sent }
}
