/** What many tasks in flight cost: no more for each of them than few do. Counted, since times differ from machine to machine. */
import { assert, describe, it } from "@effect/vitest"
import * as HashMap from "effect/HashMap"
import { createHash } from "node:crypto"
import { IncomingMessage } from "node:http"
import { Socket } from "node:net"
import { Duplex } from "node:stream"
import { setImmediate } from "node:timers/promises"
import type { Command, Event } from "../src/Command.ts"
import { makeSockets } from "../src/internal/sockets.ts"
import { makeStep } from "../src/Machine.ts"
import { initial, type State } from "../src/State.ts"
import type { TaskRecord } from "../src/TaskRecord.ts"
import { authentication, catalog, image, key, poll, uuid } from "./fixtures.ts"

const step = makeStep(catalog)

const frame = (tasks: ReadonlyArray<unknown>): Command => ({
  _tag: "FrameReceived",
  socketId: "a",
  text: JSON.stringify(tasks)
})

/** A service with so many tasks in flight, the first of which ends after a second. */
const busy = (count: number): State => {
  const numbers = Array.from({ length: count }, (_, n) => n)
  const frames = Array.from({ length: count / 100 }, (_, n) => numbers.slice(n * 100, (n + 1) * 100))
  const commands: ReadonlyArray<Command> = [
    { _tag: "SocketOpened", socketId: "a", dryRun: false },
    frame([authentication()]),
    ...frames.map((some) =>
      frame(some.map((n) => image(n, { positivePrompt: `fog [[slow:${1000 + n}]]`, deliveryMethod: "async" })))
    )
  ]
  return commands.reduce<State>(
    (state, command) => step(state, command, 0)[0],
    initial({ keys: { [key]: 1_000_000 }, timeScale: 1 })
  )
}

/** How many tasks, and how many promises of the agenda, a command reads or makes. */
const touched = (state: State, command: Command, now: number) => {
  const read = new Set<string>()
  const tasks = HashMap.map(
    state.tasks,
    (record): TaskRecord =>
      new Proxy(record, {
        get: (target, name) => {
          read.add(target.taskUUID)
          return Reflect.get(target, name)
        }
      })
  )
  const kept = nodesOf(state.agenda.root)
  const [next, events] = step({ ...state, tasks }, command, now)
  const added = [...nodesOf(next.agenda.root)].filter((node) => !kept.has(node)).length
  return { tasks: read.size, promises: added, events: events.length }
}

type Node = State["agenda"]["root"]

const nodesOf = (root: Node): ReadonlySet<Node> => {
  const found = new Set<Node>()
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    found.add(node)
    open.push(node.left, node.right)
  }
  return found
}

describe.each([100, 1000, 20_000])("with %d tasks in flight", (count) => {
  const state = busy(count)
  const logarithm = Math.ceil(Math.log2(count))

  it("has them all", () => {
    assert.deepStrictEqual([HashMap.size(state.tasks), state.totals.tasksAccepted], [count, count])
  })

  it("a poll reads the tasks that it names", () => {
    const polls = Array.from({ length: 100 }, (_, n) => poll(n))
    assert.deepStrictEqual(touched(state, frame(polls), 1), { tasks: 100, promises: 0, events: 100 })
  })

  it("a submission reads no other task, and makes room in the agenda by its logarithm", () => {
    const task = image(count, { positivePrompt: "fog [[slow:1500]]", deliveryMethod: "async" })
    const { events, promises, tasks } = touched(state, frame([task]), 1)
    assert.deepStrictEqual({ tasks, events }, { tasks: 0, events: 1 })
    assert.isAtMost(promises, 2 * logarithm + 2)
  })

  it("a result reads its own task, and leaves the agenda by its logarithm", () => {
    const { events, promises, tasks } = touched(state, { _tag: "Tick" }, 1000)
    assert.deepStrictEqual({ tasks, events }, { tasks: 1, events: 0 })
    assert.isAtMost(promises, 4 * logarithm + 4)
  })
})

/** A connection that keeps what is written to it, each write by itself. */
class Wire extends Duplex {
  readonly writes: Array<Buffer> = []
  override _read() {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void) {
    this.writes.push(chunk)
    done()
  }
  override _writev(chunks: ReadonlyArray<{ readonly chunk: Buffer }>, done: () => void) {
    this.writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)))
    done()
  }
}

const connected = () => {
  const wire = new Wire()
  const sockets = makeSockets({
    dispatch: () => undefined,
    encode: async (payload) => JSON.stringify(payload),
    onRequest: () => undefined
  })
  const request = Object.assign(new IncomingMessage(new Socket()), { url: "/v1", method: "GET" })
  Object.assign(request.headers, {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": createHash("md5").update("key").digest("base64")
  })
  sockets.upgrade(request, wire, Buffer.alloc(0))
  const handshake = wire.writes.length
  const answers = Array.from({ length: 100 }, (_, n): Extract<Event, { readonly _tag: "Frame" }> => {
    const data = [{ taskType: "imageInference", taskUUID: uuid(n), status: "processing" }]
    return { _tag: "Frame", socketId: "socket-1", payload: { data } }
  })
  const writes = () => wire.writes.slice(handshake)
  /** The taskUUIDs that left, in order. */
  const sent = () =>
    [
      ...Buffer.concat(writes())
        .toString("latin1")
        .matchAll(/"taskUUID":"(?<taskUUID>[^"]+)"/g)
    ].map(({ groups }) => groups?.["taskUUID"])
  return { answers, sent, sockets, writes }
}

describe("the frames that answer one frame", () => {
  it("leave in one write, in their order", async () => {
    const { answers, sent, sockets, writes } = connected()
    for (const answer of answers) sockets.perform(answer)
    await setImmediate()
    await setImmediate()
    assert.deepStrictEqual([writes().length, sent()], [1, answers.map((_, n) => uuid(n))])
  })

  it("leave before the connection is cut", async () => {
    const { answers, sent, sockets } = connected()
    for (const answer of answers) sockets.perform(answer)
    sockets.perform({ _tag: "DropSocket", socketId: "socket-1" })
    await setImmediate()
    assert.deepStrictEqual(
      sent(),
      answers.map((_, n) => uuid(n))
    )
  })
})
