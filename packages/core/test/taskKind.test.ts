import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { kindOf } from "../src/internal/taskKind.ts"
import type { Task } from "../src/Task.ts"
import { uuid } from "./imageRun.ts"

const song = { taskType: "audioInference", taskUUID: uuid, model: "elevenlabs:1@1", duration: 10 }

const Asked = Schema.Struct({
  model: Schema.Literals(["a:1@1", "b:1@1"]),
  taskType: Schema.Literals(["imageInference", "promptEnhance"]),
  width: Schema.optionalKey(Schema.Literals([64, 512, 2048])),
  height: Schema.optionalKey(Schema.Literals([64, 512, 2048])),
  resolution: Schema.optionalKey(Schema.Literals(["1k", "4k"])),
  duration: Schema.optionalKey(Schema.Literals([5, 10])),
  steps: Schema.optionalKey(Schema.Literals([4, 50])),
  numberResults: Schema.optionalKey(Schema.Literals([1, 8])),
  promptVersions: Schema.optionalKey(Schema.Literals([1, 8]))
})

describe("the kind of a task", () => {
  it("is its model and about how much it asks for", () => {
    expect(kindOf(song)).toBe("audioInference elevenlabs:1@1 10s x0")
    const image: Task = { taskType: "imageInference", taskUUID: uuid, width: 768, height: 512, steps: 28 }
    expect(kindOf(image)).toBe("imageInference px19 steps5 x0")
  })

  it("is told apart for tasks of one model, however they take turns", () => {
    const long = { ...song, duration: 300 }
    const several = { ...song, numberResults: 8 }
    const kinds = [song, long, several, song, several, long, { ...song }].map(kindOf)
    expect(kinds.slice(0, 3)).toEqual([...new Set(kinds)])
    expect(kinds).toEqual([0, 1, 2, 0, 2, 1, 0].map((index) => kinds[index]))
  })

  // Of a model that nobody has asked for before nothing is remembered.
  it.prop(
    "does not depend on what was asked before",
    { before: Schema.Array(Asked), asked: Asked },
    ({ asked, before }) => {
      for (const one of before) kindOf({ ...one, taskUUID: uuid })
      const fresh = kindOf({ ...asked, taskUUID: uuid, model: `${asked.model}fresh${Object.values(asked).join("-")}` })
      const [type, , ...rest] = fresh.split(" ")
      expect(kindOf({ ...asked, taskUUID: uuid })).toBe([type, asked.model, ...rest].join(" "))
      return true
    }
  )
})
