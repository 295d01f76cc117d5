/** The scripts that wait for their request, and how a scripted response is sent. */
import type { ServerResponse } from "node:http"
import type { ScriptedRequest, ScriptedResponse } from "../Script.ts"

/** Scripts in the order in which they were given. */
export interface Scripts {
  readonly add: (script: ScriptedResponse) => void
  /** The first script that holds for a request, which is then one use shorter. */
  readonly take: (request: ScriptedRequest) => ScriptedResponse | undefined
}

/** No script yet. */
export const makeScripts = (): Scripts => {
  const waiting: Array<{ readonly script: ScriptedResponse; uses: number }> = []
  return {
    add: (script) => {
      waiting.push({ script, uses: script.times ?? 1 })
    },
    take: (request) => {
      const index = waiting.findIndex(({ script }) => (script.match ?? isSubmission)(request))
      const found = waiting[index]
      if (found === undefined) return undefined
      found.uses -= 1
      if (found.uses <= 0) waiting.splice(index, 1)
      return found.script
    }
  }
}

const isSubmission = ({ method, path }: ScriptedRequest): boolean => method === "POST" && path === "/v1"

/** Sends a scripted response, as badly as the script says. */
export const play = ({ body, failure, headers, status }: ScriptedResponse, response: ServerResponse): void => {
  if (failure === "hang") return
  if (failure === "reset") {
    response.socket?.resetAndDestroy()
    return
  }
  const isText = typeof body === "string"
  const bytes = Buffer.from(isText ? body : body === undefined ? "" : JSON.stringify(body))
  response.writeHead(status ?? 200, {
    "content-type": isText ? "text/html" : "application/json",
    "content-length": bytes.length,
    ...headers
  })
  if (failure !== "truncate") {
    response.end(bytes)
    return
  }
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.destroy())
}
