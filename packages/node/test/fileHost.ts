/** A host of one file that can be told to fail. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** What the host does with one request. */
export type Behaviour =
  | { readonly _tag: "Serve" }
  /** Sends so many bytes of what it was asked for, then cuts the line. */
  | { readonly _tag: "Cut"; readonly after: number }
  /** Sends so many bytes, then nothing. */
  | { readonly _tag: "Stall"; readonly after: number }
  | { readonly _tag: "Status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Knows no ranges. */
  | { readonly _tag: "Whole" }
  /** Ends early, without a word. */
  | { readonly _tag: "Short"; readonly bytes: number }

export interface FileHost {
  readonly url: (path: string) => string
  /** The ranges that were asked for. */
  readonly asked: ReadonlyArray<string | undefined>
  readonly headers: ReadonlyArray<IncomingMessage["headers"]>
  readonly close: () => Promise<void>
}

/** Does what `behaviours` say, request by request, then serves. */
export const startFileHost = async (
  body: Uint8Array,
  behaviours: ReadonlyArray<Behaviour> = [],
  type = "image/png"
): Promise<FileHost> => {
  const asked: Array<string | undefined> = []
  const headers: Array<IncomingMessage["headers"]> = []
  const server = createServer((request, response) => {
    const behaviour = behaviours[asked.length] ?? { _tag: "Serve" }
    asked.push(request.headers.range)
    headers.push(request.headers)
    answer(behaviour, response, body, request.headers.range, type)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}/${path}`,
    asked,
    headers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}

const answer = (
  behaviour: Behaviour,
  response: ServerResponse,
  body: Uint8Array,
  range: string | undefined,
  type: string
): void => {
  if (behaviour._tag === "Status") {
    response.writeHead(behaviour.status, behaviour.headers ?? {}).end("<html>no</html>")
    return
  }
  const from = behaviour._tag === "Whole" ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0)
  if (from > 0 && from >= body.length) {
    response.writeHead(416, { "content-range": `bytes */${body.length}` }).end()
    return
  }
  const rest = body.subarray(from)
  const head = { "content-type": type, "content-length": String(rest.length) }
  if (behaviour._tag === "Short") {
    response.writeHead(200, { "content-type": type }).end(rest.subarray(0, behaviour.bytes))
    return
  }
  response.writeHead(
    from > 0 ? 206 : 200,
    from > 0 ? { ...head, "content-range": `bytes ${from}-${body.length - 1}/${body.length}` } : head
  )
  if (behaviour._tag === "Serve" || behaviour._tag === "Whole") {
    response.end(rest)
    return
  }
  response.write(rest.subarray(0, behaviour.after), () => {
    if (behaviour._tag === "Cut") setImmediate(() => response.socket?.resetAndDestroy())
  })
}
