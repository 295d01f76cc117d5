/** One HTTP request: who sends it, whether it is an array of tasks, and then each task. */
import type { StreamSwitches } from "../Streaming.ts"
import { begin, arrayRejection, respondRefused } from "./exchanges.ts"
import { isRecord, parseJson } from "./json.ts"
import { invalidKey, missingKey, reject } from "./rejection.ts"
import { submit } from "./submission.ts"
import { lookup, type Turn } from "./turn.ts"

/** Handles the request; the reply comes now or when its results are there. */
export const handleHttp = (
  turn: Turn,
  request: {
    readonly requestId: string
    readonly authorization: string | undefined
    readonly body: string
    readonly dryRun: boolean
    readonly stream?: Partial<StreamSwitches> | undefined
  }
): void => {
  const { authorization, dryRun, requestId } = request
  const body = parseJson(request.body)
  const entries: ReadonlyArray<unknown> = Array.isArray(body) ? body : []
  const [first] = entries
  const authenticates = isRecord(first) && first["taskType"] === "authentication"

  const bearer = authorization === undefined ? undefined : /^Bearer\s+(?<key>\S+)\s*$/i.exec(authorization)?.groups
  const apiKey = bearer?.["key"] ?? (authenticates ? first["apiKey"] : undefined)
  if (typeof apiKey !== "string" || apiKey === "") return respondRefused(turn, requestId, missingKey())
  if (lookup(turn.state.accounts, apiKey) === undefined) return respondRefused(turn, requestId, invalidKey())

  if (body === undefined) {
    return respondRefused(turn, requestId, reject(400, "invalidJSON", "The request body is not JSON."))
  }
  const rejection = arrayRejection(body, turn.state.settings.maxTasks)
  if (rejection !== undefined) return respondRefused(turn, requestId, rejection)

  const tasks = authenticates ? entries.slice(1) : entries
  if (tasks.length === 0) {
    turn.events.push({ _tag: "HttpReply", requestId, status: 200, payload: { data: [] } })
    return
  }
  const asksForStream =
    tasks.length === 1 && tasks.some((task) => isRecord(task) && task["deliveryMethod"] === "stream")
  const stream = asksForStream && !dryRun ? { ...turn.state.switches, ...request.stream } : undefined
  begin(turn, requestId, { _tag: "Http", requestId, stream }, tasks.length)
  tasks.forEach((task, slot) => submit(turn, task, { apiKey, dryRun, exchange: requestId, slot, transport: "rest" }))
}
