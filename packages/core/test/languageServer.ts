/** What an editor offers: a client of the compiler's own language server, as small as these tests need. */
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")
const folder = fileURLToPath(new URL("types", import.meta.url))

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly items?: ReadonlyArray<unknown> }
  readonly result?: unknown
}

/** Splits the server's output into messages: a header with the length, then JSON of that length. */
const reader = (take: (message: Message) => void) => {
  let buffer = Buffer.alloc(0)
  return (chunk: Buffer): void => {
    buffer = Buffer.concat([buffer, chunk])
    for (;;) {
      const start = buffer.indexOf("\r\n\r\n") + 4
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, Math.max(start, 0)).toString())?.[1])
      if (start < 4 || buffer.length < start + length) return
      take(JSON.parse(buffer.subarray(start, start + length).toString()))
      buffer = buffer.subarray(start + length)
    }
  }
}

const labels = (result: unknown): ReadonlyArray<string> => {
  const { items = [] } = (result ?? {}) as { readonly items?: ReadonlyArray<{ readonly label: string }> }
  return items.map(({ label }) => label.replace(/\?$/, ""))
}

/** The completions at the place that `|` marks in each text. */
export const completions = async (texts: ReadonlyArray<string>): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
  const server = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { stdio: ["pipe", "pipe", "ignore"] })
  const waiting = new Map<number, (result: unknown) => void>()
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message })
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  let last = 0
  const request = (method: string, params?: object): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set(++last, resolve)
      send(params === undefined ? { id: last, method } : { id: last, method, params })
    })
  server.stdout.on(
    "data",
    reader(({ id, method, params, result }) => {
      if (id === undefined) return
      if (method !== undefined) send({ id, result: params?.items?.map(() => null) ?? null })
      else waiting.get(id)?.(result)
    })
  )
  const capabilities = { textDocument: { completion: { completionItem: { snippetSupport: false } } } }
  await request("initialize", { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities })
  send({ method: "initialized", params: {} })
  const found: Array<ReadonlyArray<string>> = []
  for (const [index, marked] of texts.entries()) {
    const uri = pathToFileURL(join(folder, `completion${index}.ts`)).href
    const [before = ""] = marked.split("|")
    const lines = before.split("\n")
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 }
    const textDocument = { uri, languageId: "typescript", version: 1, text: marked.replace("|", "") }
    send({ method: "textDocument/didOpen", params: { textDocument } })
    found.push(labels(await request("textDocument/completion", { textDocument: { uri }, position })))
  }
  await request("shutdown")
  const closed = new Promise((resolve) => server.once("close", resolve))
  send({ method: "exit" })
  await closed
  return found
}
