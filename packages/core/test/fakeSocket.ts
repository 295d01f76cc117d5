/**
 * A WebSocket in memory: the test plays the service. Time is whatever clock the test runs on.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"
import type { WireTask } from "../src/Protocol.ts"

type Listener = (event: Record<string, unknown>) => void

export class FakeSocket {
  readyState = 0
  readonly sent: Array<ReadonlyArray<WireTask>> = []
  closedWith: number | undefined
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly url: string
  readonly service: FakeService

  constructor(service: FakeService, url: string) {
    this.url = url
    this.service = service
    queueMicrotask(() => service.onDial(this))
  }

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(listener))
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener)
  }

  send(data: unknown): void {
    const tasks: ReadonlyArray<WireTask> = JSON.parse(String(data))
    this.sent.push(tasks)
    for (const task of tasks) this.service.onTask(this, task)
  }

  close(code = 1000): void {
    if (this.readyState === 3) return
    this.closedWith = code
    this.readyState = 3
    this.emit("close", { code, reason: "" })
  }

  /** The service lets the client in. */
  open(): void {
    this.readyState = 1
    this.emit("open", {})
  }

  /** The service sends a frame. */
  push(frame: unknown): void {
    if (this.readyState === 1) this.emit("message", { data: typeof frame === "string" ? frame : JSON.stringify(frame) })
  }

  /** The connection breaks. */
  break(code = 1006, reason = ""): void {
    this.readyState = 3
    this.emit("close", { code, reason })
  }

  fail(message: string): void {
    this.readyState = 3
    this.emit("error", { error: new Error(message), message })
    this.emit("close", { code: 1006, reason: "" })
  }

  emit(type: string, event: Record<string, unknown>): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, target: this, ...event })
  }
}

/** How the service behaves; every socket ever dialled is kept. */
export class FakeService {
  readonly sockets: Array<FakeSocket> = []
  sessions = 0
  onDial: (socket: FakeSocket) => void = (socket) => socket.open()
  onAuthenticate: (socket: FakeSocket, task: WireTask) => void = (socket, task) => {
    const connectionSessionUUID = task["connectionSessionUUID"] ?? `session-${++this.sessions}`
    socket.push({ data: [{ taskType: "authentication", connectionSessionUUID }] })
  }
  onPing: (socket: FakeSocket) => void = (socket) => socket.push({ data: [{ taskType: "ping", pong: true }] })
  onWork: (socket: FakeSocket, task: WireTask) => void = () => {}

  onTask(socket: FakeSocket, task: WireTask): void {
    queueMicrotask(() => {
      if (task.taskType === "authentication") this.onAuthenticate(socket, task)
      else if (task.taskType === "ping") this.onPing(socket)
      else this.onWork(socket, task)
    })
  }

  get socket(): FakeSocket {
    const newest = this.sockets.at(-1)
    if (newest === undefined) throw new Error("No socket was dialled")
    return newest
  }

  /** All work frames, authentication and pings apart. */
  get work(): ReadonlyArray<ReadonlyArray<WireTask>> {
    return this.sockets
      .flatMap(({ sent }) => sent)
      .filter((tasks) => tasks.every(({ taskType }) => taskType !== "authentication" && taskType !== "ping"))
  }

  get layer(): Layer.Layer<Socket.WebSocketConstructor> {
    return Layer.succeed(Socket.WebSocketConstructor, (url) => {
      const socket = new FakeSocket(this, url)
      this.sockets.push(socket)
      return socket as unknown as Socket.WebSocketLike // the members that effect/socket uses, with looser events
    })
  }
}

/** Lets fibers and microtasks run without moving the clock. */
export const settle = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
