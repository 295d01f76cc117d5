import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { logLine } from "../src/internal/command.ts"
import { picture, post } from "./client.ts"

const start = (...flags: ReadonlyArray<string>) => {
  const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))
  const child = spawn(process.execPath, ["--import", "tsx", bin, ...flags], { stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  const collect = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout.on("data", collect)
  child.stderr.on("data", collect)
  return {
    child,
    output: () => output,
    until: async (words: string) => {
      while (!output.includes(words) && child.exitCode === null)
        await Promise.race([once(child.stdout, "data"), once(child, "exit")])
      return output
    },
    exited: once(child, "exit").then(([code]: ReadonlyArray<unknown>) => code)
  }
}

describe("runware-emulator", () => {
  it("greets with address, key and an example, logs each request, and ends on Ctrl-C", async () => {
    const command = start("--port", "0", "--time-scale", "0", "--api-key", "a-key-of-my-own")
    const greeting = await command.until("Try it:")
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(greeting)?.[0] ?? ""
    const { status } = await post({ url, apiKey: "a-key-of-my-own" }, [picture(), picture()])
    assert.strictEqual(status, 200)
    await command.until("2 × imageInference")
    command.child.kill("SIGINT")
    assert.strictEqual(await command.exited, 0)
    assert.notInclude(command.output(), "a-key-of-my-own")
  })

  it("explains itself", async () => {
    const command = start("--help")
    assert.strictEqual(await command.exited, 0)
    for (const flag of ["--port", "--host", "--time-scale", "--seed", "--api-key"])
      assert.include(command.output(), flag)
  })

  it("refuses flags that it does not know", async () => {
    const command = start("--prt", "1")
    assert.strictEqual(await command.exited, 1)
    assert.include(command.output(), "--port")
  })
})

describe("a line of the log", () => {
  it("names method, path, outcome and what was asked", () => {
    const entry = {
      method: "POST",
      path: "/v1",
      status: 200,
      milliseconds: 12,
      taskTypes: ["caption", "ping", "caption"]
    }
    assert.strictEqual(logLine(entry), "POST   /v1  200 12 ms  2 × caption, ping")
    assert.strictEqual(logLine({ ...entry, method: "FRAME", status: 0, taskTypes: ["ping"] }), "FRAME  /v1  ping")
  })
})
