/**
 * Bad inputs through both clients: each is refused with its code, the parameter and a hint, and nothing is sent. What only
 * the service can know is in the conformance table.
 */
import { rmSync } from "node:fs"
import { isRunwareError } from "@effect-runware/core/RunwareError"
import { afterAll, describe, expect, it } from "vitest"
import { sdk } from "../packedSdk.ts"
import { config } from "./config.ts"
import { effectDoor, promiseDoor } from "./doors.ts"
import { files, makeFolder } from "./files.ts"
import { services } from "./services.ts"
import { tasks } from "./tasks.ts"

const folder = makeFolder()
const rows = [...tasks, ...services, ...files(folder), ...config]

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each([promiseDoor(sdk), effectDoor()])("bad inputs by the $name client", ({ call, name, sent }) => {
  const own = rows.filter(({ only = name }) => only === name)

  it.each(own)("$title", async ({ args, call: called, code, hint, parameter }) => {
    const before = sent.length
    const error = await call(called, args).then(
      (value) => expect.unreachable(`it gave ${JSON.stringify(value)}`),
      (cause: unknown) => cause
    )
    expect(isRunwareError(error), String(error)).toBe(true)
    expect(error).toMatchObject({ code, message: expect.stringContaining(hint), submission: "none" })
    expect(error).toHaveProperty("parameter", parameter)
    expect(sent.slice(before)).toEqual([])
  })
})

describe("the table of bad inputs", () => {
  it("has more than a hundred rows, each once", () => {
    const titles = rows.map(({ title }) => title)
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
    expect(titles.length).toBeGreaterThan(100)
  })
})
