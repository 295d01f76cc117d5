import { assert, describe, it } from "@effect/vitest"
import { authentication, codes, drive, image, payloads, poll, uuid } from "./fixtures.ts"

const slow = { positivePrompt: "a lighthouse [[slow:1000]]" }
const uuids = (frames: ReturnType<typeof payloads>) => frames.map(({ data }) => data?.map(({ taskUUID }) => taskUUID))

describe("authentication", () => {
  it("gives a session", () => {
    const { sessionUUID } = drive().connect(0, "a")
    assert.match(sessionUUID, /^[\da-f]{8}-[\da-f]{4}-4/)
  })

  it("with a wrong key is refused, and the socket closed a moment later", () => {
    const service = drive()
    service.perform({ _tag: "SocketOpened", socketId: "a", dryRun: false }, 0)
    const [refusal] = service.frame(0, "a", [authentication(undefined, "wrong")])
    assert.deepStrictEqual(codes(refusal), ["invalidApiKey"])
    assert.deepStrictEqual(service.tick(99), [])
    assert.deepStrictEqual(service.tick(100), [
      { _tag: "CloseSocket", socketId: "a", code: 1008, reason: "authentication failed" }
    ])
  })

  it("with a wrong key may leave the socket open, for another try", () => {
    const service = drive({ switches: { authenticationFailure: "leaveOpen" } })
    service.perform({ _tag: "SocketOpened", socketId: "a", dryRun: false }, 0)
    service.frame(0, "a", [authentication(undefined, "wrong")])
    assert.deepStrictEqual(service.tick(1000), [])
    assert.strictEqual(service.frame(1000, "a", [authentication()])[0]?.data?.[0]?.taskType, "authentication")
  })

  it("must come before any task", () => {
    const service = drive()
    service.perform({ _tag: "SocketOpened", socketId: "a", dryRun: false }, 0)
    const events = service.perform({ _tag: "FrameReceived", socketId: "a", text: JSON.stringify([image(1)]) }, 0)
    assert.deepStrictEqual(codes(payloads(events)[0]), ["missingAuthentication"])
    assert.deepStrictEqual(events[1], { _tag: "CloseSocket", socketId: "a", code: 1008, reason: "authenticate first" })
    assert.strictEqual(service.state().totals.tasksAccepted, 0)
  })

  it("may share its frame with tasks", () => {
    const service = drive({ timeScale: 0 })
    service.perform({ _tag: "SocketOpened", socketId: "a", dryRun: false }, 0)
    const [confirmation, result] = service.frame(0, "a", [authentication(), image(1)])
    assert.strictEqual(confirmation?.data?.[0]?.taskType, "authentication")
    assert.strictEqual(result?.data?.[0]?.taskUUID, uuid(1))
  })
})

describe("pings", () => {
  it("are answered, with the taskUUID they had", () => {
    const service = drive()
    service.connect(0, "a")
    assert.deepStrictEqual(service.frame(1, "a", [{ taskType: "ping", ping: true }]), [
      { data: [{ taskType: "ping", pong: true }] }
    ])
    assert.deepStrictEqual(service.frame(2, "a", [{ taskType: "ping", ping: true, taskUUID: uuid(9) }]), [
      { data: [{ taskType: "ping", pong: true, taskUUID: uuid(9) }] }
    ])
    assert.deepStrictEqual(service.perform({ _tag: "ControlPing", socketId: "a" }, 3), [
      { _tag: "ControlPong", socketId: "a" }
    ])
  })

  it("stay unanswered by a silent service", () => {
    const service = drive({ switches: { pong: false } })
    service.connect(0, "a")
    assert.deepStrictEqual(service.frame(1, "a", [{ taskType: "ping", ping: true }]), [])
    assert.deepStrictEqual(service.perform({ _tag: "ControlPing", socketId: "a" }, 3), [])
  })
})

describe("an idle socket", () => {
  it("is closed 120 s after the last frame", () => {
    const service = drive()
    service.connect(0, "a")
    service.frame(100_000, "a", [{ taskType: "ping", ping: true }])
    assert.deepStrictEqual(service.tick(219_999), [])
    assert.deepStrictEqual(service.tick(220_000), [{ _tag: "CloseSocket", socketId: "a", code: 1000, reason: "idle" }])
  })

  it("is found sooner when the switch says so while it is open", () => {
    const service = drive()
    service.connect(0, "a")
    service.perform({ _tag: "Configure", switches: { idleTimeout: 1000 } }, 500)
    assert.deepStrictEqual(service.tick(999), [])
    assert.strictEqual(service.tick(1000)[0]?._tag, "CloseSocket")
  })

  it("may simply be gone", () => {
    const service = drive({ switches: { idleEnd: "drop", idleTimeout: 10 } })
    service.connect(0, "a")
    assert.deepStrictEqual(service.tick(10), [{ _tag: "DropSocket", socketId: "a" }])
  })
})

describe("a session", () => {
  it("keeps the results that found no socket for 120 s, and sends them to the next", () => {
    const service = drive()
    const { sessionUUID } = service.connect(0, "a")
    service.frame(0, "a", [image(1, slow)])
    service.perform({ _tag: "SocketGone", socketId: "a" }, 500)
    assert.deepStrictEqual(service.tick(1000), [])
    const resumed = service.connect(120_499, "b", sessionUUID)
    assert.strictEqual(resumed.sessionUUID, sessionUUID)
    assert.deepStrictEqual(uuids(resumed.replayed), [[uuid(1)]])
    service.perform({ _tag: "SocketGone", socketId: "b" }, 120_500)
    assert.deepStrictEqual(service.connect(120_501, "c", sessionUUID).replayed, [])
  })

  it("is over after 120 s: the next socket gets a new one, and no error", () => {
    const service = drive()
    const { sessionUUID } = service.connect(0, "a")
    service.frame(0, "a", [image(1, slow)])
    service.perform({ _tag: "SocketGone", socketId: "a" }, 500)
    const { replayed, sessionUUID: next } = service.connect(120_500, "b", sessionUUID)
    assert.notStrictEqual(next, sessionUUID)
    assert.deepStrictEqual(replayed, [])
    assert.strictEqual(service.frame(120_501, "b", [poll(1)])[0]?.data?.[0]?.status, "success")
  })

  it.each([
    ["off", 0],
    ["on", 1],
    ["duplicated", 2]
  ] as const)("replays with the switch %s", (replay, times) => {
    const service = drive({ switches: { replay } })
    const { sessionUUID } = service.connect(0, "a")
    service.frame(0, "a", [image(1, slow)])
    service.perform({ _tag: "SocketGone", socketId: "a" }, 1)
    service.tick(1000)
    assert.strictEqual(service.connect(2000, "b", sessionUUID).replayed.length, times)
  })

  it("is not for another key", () => {
    const service = drive()
    const { sessionUUID } = service.connect(0, "a")
    service.perform({ _tag: "SocketOpened", socketId: "b", dryRun: false }, 0)
    const [confirmation] = service.frame(0, "b", [authentication(sessionUUID, "key-of-another")])
    assert.notStrictEqual(confirmation?.data?.[0]?.["connectionSessionUUID"], sessionUUID)
  })

  it("moves to the socket that resumes it, and the earlier one is closed", () => {
    const service = drive()
    const { sessionUUID } = service.connect(0, "a")
    service.frame(0, "a", [image(1, slow)])
    service.perform({ _tag: "SocketOpened", socketId: "b", dryRun: false }, 1)
    const events = service.perform(
      { _tag: "FrameReceived", socketId: "b", text: JSON.stringify([authentication(sessionUUID)]) },
      1
    )
    assert.deepInclude(events, { _tag: "CloseSocket", socketId: "a", code: 1000, reason: "resumed elsewhere" })
    assert.deepStrictEqual(
      service.tick(1000).map((event) => ("socketId" in event ? event.socketId : "")),
      ["b"]
    )
  })
})

describe("frames", () => {
  const results = (grouping: "perTask" | "perItem" | "batched") => {
    const service = drive({ switches: { grouping } })
    service.connect(0, "a")
    const parameters = { positivePrompt: "[[slow:10]]", numberResults: 2 }
    const now = service.frame(0, "a", [
      image(1, parameters),
      image(2, parameters),
      image(3, { deliveryMethod: "async" })
    ])
    return [...now, ...payloads(service.tick(10))]
  }

  it("hold one task each", () => {
    assert.deepStrictEqual(uuids(results("perTask")), [[uuid(3)], [uuid(1), uuid(1)], [uuid(2), uuid(2)]])
  })

  it("hold one item each", () => {
    assert.deepStrictEqual(uuids(results("perItem")), [[uuid(3)], [uuid(1)], [uuid(1)], [uuid(2)], [uuid(2)]])
  })

  it("hold all that was asked together", () => {
    assert.deepStrictEqual(uuids(results("batched")), [[uuid(1), uuid(1), uuid(2), uuid(2), uuid(3)]])
  })

  it("that are no array of tasks are refused, and the socket lives on", () => {
    const service = drive()
    service.connect(0, "a")
    assert.deepStrictEqual(codes(service.frame(1, "a", "{")[0]), ["invalidJSON"])
    assert.deepStrictEqual(codes(service.frame(1, "a", "{}")[0]), ["invalidRequest"])
    assert.strictEqual(service.frame(2, "a", [{ taskType: "ping" }]).length, 1)
  })

  it("that ask for an unknown task get an error that can be routed", () => {
    const service = drive()
    service.connect(0, "a")
    const [frame] = service.frame(0, "a", [poll(4)])
    assert.deepStrictEqual(codes(frame), ["taskNotFound"])
    assert.strictEqual(frame?.errors?.[0]?.taskUUID, uuid(4))
  })
})
