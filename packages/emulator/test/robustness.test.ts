import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { drive, image, key, payloads, reply } from "./fixtures.ts"

const parameters =
  "taskType taskUUID model positivePrompt messages width height resolution seed numberResults ttl inputs safety outputFormat outputType deliveryMethod __proto__".split(
    " "
  )

/** A good task with one parameter changed to something that a careless or hostile client might send. */
const Change = Schema.Struct({
  task: Schema.Literals([1, 2, 3]),
  parameter: Schema.Literals(parameters),
  value: Schema.Union([
    Schema.Null,
    Schema.Array(Schema.Null),
    Schema.Literals([
      true,
      -1,
      0,
      2,
      2.5,
      1e308,
      "",
      "async",
      "toString",
      "[[fail:x@0]]",
      "[[slow:50]]",
      "1K",
      "getResponse"
    ])
  ])
})
const Tasks = Schema.Array(Change)
const build = (changes: typeof Tasks.Type) =>
  changes.map(({ parameter, task, value }) => image(task, { [parameter]: value }))

const hour = 3_600_000

describe("whatever a client sends", () => {
  it.prop("over HTTP gets exactly one reply", [Schema.Array(Tasks)], ([requests]) => {
    const service = drive({ retention: 1 })
    requests.forEach((changes, index) => {
      const body = JSON.stringify(build(changes))
      const at = index * hour
      const events = [
        ...service.perform(
          { _tag: "HttpRequest", requestId: `${index}`, authorization: `Bearer ${key}`, body, dryRun: false },
          at
        ),
        ...service.tick(at + hour - 1)
      ]
      assert.strictEqual(events.length, 1)
      assert.include([200, 400, 402, 404], reply(events)?.status)
    })
    return true
  })

  it.prop("over WebSocket gets a frame for each task", [Tasks], ([changes]) => {
    const service = drive({ switches: { idleTimeout: 10 * hour } })
    service.connect(0, "a")
    const tasks = build(changes)
    const frames = [...service.frame(0, "a", tasks), ...payloads(service.tick(hour))]
    assert.strictEqual(frames.length, Math.max(1, tasks.length))
    return true
  })

  it.prop("as text, is no reason to break", [Schema.String], ([body]) => {
    assert.isDefined(drive().post(0, body))
    const service = drive()
    service.connect(0, "a")
    assert.isAtLeast(service.frame(0, "a", body).length, 1)
    return true
  })
})
