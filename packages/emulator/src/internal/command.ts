/** The command `runware-emulator`: an emulator in the foreground, with a line for each request. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { make, testApiKey, type EmulatorService } from "../Emulator.ts"
import type { RequestEntry } from "../RequestEntry.ts"

const flags = {
  port: Flag.Int("port").pipe(
    Flag.withAlias("p"),
    Flag.withDescription("Port to listen on; 0 takes a free one"),
    Flag.withDefault(7331)
  ),
  host: Flag.String("host").pipe(
    Flag.withDescription("Address to listen on; 0.0.0.0 lets other machines in"),
    Flag.withDefault("127.0.0.1")
  ),
  timeScale: Flag.Finite("time-scale").pipe(
    Flag.withDescription("Multiplies how long tasks take: 1 is lifelike, 0 finishes them at once"),
    Flag.withDefault(1)
  ),
  seed: Flag.String("seed").pipe(
    Flag.withDescription("Decides seeds, durations and identifiers; the same seed repeats them"),
    Flag.withDefault("0")
  ),
  apiKey: Flag.Redacted("api-key").pipe(
    Flag.withDescription(`Key that clients must send; ${testApiKey} when left out`),
    Flag.optional
  ),
  balance: Flag.Finite("balance").pipe(Flag.withDescription("US dollars on the account"), Flag.withDefault(1000))
}

/** The command. It runs until it is interrupted. */
export const command = Command.make(
  "runware-emulator",
  flags,
  Effect.fn(function* ({ apiKey, ...options }) {
    const key = Option.getOrUndefined(apiKey)
    const emulator = yield* make({
      ...options,
      ...(key === undefined ? {} : { apiKey: Redacted.value(key) }),
      // One line for a person to read; it can't fail, and nobody waits for it.
      onRequest: (entry) => Effect.runFork(Console.log(logLine(entry)))
    })
    yield* Console.log(greeting(emulator, key !== undefined))
    return yield* Effect.never
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "A local Runware service: REST and WebSocket at /v1, schemas at /registry.json and /resolve/<model>, the catalog at /models, real images at /media."
  ),
  Command.withExamples([
    { command: "runware-emulator", description: "Serve on port 7331 at lifelike speed" },
    { command: "runware-emulator --port 0 --time-scale 0", description: "Serve on a free port, with instant results" },
    { command: "runware-emulator --seed golden", description: "Give the same results in every run" }
  ])
)

/** One request, as a line. */
export const logLine = ({ method, milliseconds, path, status, taskTypes }: RequestEntry): string => {
  const counts = new Map<string, number>()
  for (const taskType of taskTypes) counts.set(taskType, (counts.get(taskType) ?? 0) + 1)
  const tasks = [...counts].map(([taskType, count]) => (count === 1 ? taskType : `${count} × ${taskType}`))
  const outcome = method === "FRAME" ? "" : `${status} ${milliseconds} ms`
  return [method.padEnd(5), path, outcome, tasks.join(", ")].filter((part) => part !== "").join("  ")
}

const greeting = ({ url }: EmulatorService, ownKey: boolean): string => {
  const key = ownKey ? "$KEY" : testApiKey
  return [
    `Runware emulator at ${url}`,
    `  REST       ${url}/v1`,
    `  WebSocket  ${url.replace("http", "ws")}/v1`,
    `  API key    ${ownKey ? "the one you gave" : testApiKey}`,
    "",
    "Try it:",
    `  curl ${url}/v1 -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\`,
    `    -d '[{"taskType":"imageInference","taskUUID":"5b0d6c1e-8f2a-4c37-9a41-d2e7b6f01c85","model":"runware:101@1","positivePrompt":"lighthouse in fog","width":1024,"height":768}]'`,
    ""
  ].join("\n")
}
