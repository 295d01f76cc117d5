/**
 * WebSockets to the service in memory: an object with the interface of a browser's WebSocket, whose frames pass the faults
 * on their way to the machine and back.
 */
import type { Command, Event } from "@effect-runware/emulator/Command"
import type { Fault } from "../Fault.ts"
import { Lane, type Network } from "./network.ts"
import { encode, frameOf, requestOf, splitFrame, tasksOf } from "./wire.ts"

/** What a listener is told. */
export interface SocketEvent {
  readonly type: string
  readonly data?: unknown
  readonly code?: number
  readonly reason?: string
  readonly error?: Error
  readonly message?: string
}

type Listener = (event: SocketEvent) => void

type EventType = "open" | "message" | "error" | "close"

const connecting = 0
const open = 1
const closed = 3

/** What a socket needs of its service. */
export interface SocketHost {
  readonly network: Network
  readonly origin: string
  readonly dispatch: (command: Command) => void
  /** The frame as the service gets it. */
  readonly rewrite: (frame: string) => string
  /** Enters the socket's name, for the events of the machine. */
  readonly register: (socket: ServedSocket) => string
  readonly forget: (socketId: string) => void
}

/** The service's end of a socket. */
export interface ServedSocket {
  readonly frame: (payload: unknown) => void
  readonly end: (code: number, reason: string) => void
  /** The connection breaks: the client is told at once, the service a little later. */
  readonly break: () => void
  /** Whether the client still has it. */
  readonly isOpen: () => boolean
}

/** A socket as its client sees it. */
export class SimulatedSocket {
  readyState: number = connecting
  readonly url: string
  readonly #host: SocketHost
  readonly #up: Lane
  readonly #down: Lane
  readonly #id: string
  readonly #listeners = new Map<string, Set<Listener>>()
  /** Half-open: nothing gets through any more, and nobody is told. */
  #isSilent = false
  /** The service has heard of it, and not yet of its end. */
  #isServed = false

  constructor(url: string, host: SocketHost) {
    this.url = url
    this.#host = host
    this.#up = new Lane(host.network)
    this.#down = new Lane(host.network)
    this.#id = host.register({
      frame: (payload) => this.#receive(payload),
      end: (code, reason) => this.#end(code, reason),
      break: () => {
        if (!this.#isSilent) this.#break()
      },
      isOpen: () => this.readyState !== closed
    })
    this.#dial()
  }

  addEventListener(type: EventType, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(listener))
  }

  removeEventListener(type: EventType, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener)
  }

  send(data: unknown): void {
    if (this.readyState === connecting) throw new Error("The socket is not open yet.")
    if (this.readyState !== open || this.#isSilent) return
    const text = String(data)
    const fault = this.#host.network.decide("websocket", requestOf(tasksOf(text)))
    const arrive = (): void => {
      if (this.#isServed) {
        this.#host.dispatch({ _tag: "FrameReceived", socketId: this.#id, text: this.#host.rewrite(text) })
      }
    }
    this.#pass(this.#up, arrive, fault)
  }

  close(code = 1000, reason = ""): void {
    if (this.readyState === closed) return
    this.#shut(code, reason)
  }

  #dial(): void {
    const { network } = this.#host
    const fault = network.decide("websocket", { step: "connect", taskUUIDs: [] })
    const latency = 2 * network.latency()
    const refuse = (message: string): void => network.after(latency, () => this.#fail(message))
    if (network.isDown() || fault?._tag === "Refuse") return refuse("connect ECONNREFUSED")
    if (fault?._tag === "Status") return refuse(`Unexpected server response: ${fault.status}`)
    if (fault?._tag === "Reset" && fault.when === "before") return refuse("read ECONNRESET")
    if (fault?._tag === "Drop" || fault?._tag === "HalfOpen") return
    network.after(latency + (fault?._tag === "Delay" ? fault.millis : 0), () => {
      if (this.readyState !== connecting) return
      if (network.isDown()) return this.#fail("read ECONNRESET")
      this.readyState = open
      this.#isServed = true
      this.#host.dispatch({ _tag: "SocketOpened", socketId: this.#id, dryRun: false })
      this.#emit("open", {})
      if (fault?._tag === "Reset") this.#break()
    })
  }

  #receive(payload: unknown): void {
    if (this.#isSilent) return
    const { network, origin } = this.#host
    const fault = network.decide("websocket", frameOf(payload))
    const push = (text: string) => (): void => {
      if (this.readyState === open) this.#emit("message", { data: text })
    }
    if (fault?._tag === "Split") {
      for (const part of splitFrame(payload)) this.#down.send(push(encode(part, origin)))
      return
    }
    const text = encode(payload, origin)
    if (fault?._tag === "Truncate") {
      this.#down.send(push(text.slice(0, Math.floor(text.length / 2))))
      if (fault.broken) this.#down.send(() => this.#break())
      return
    }
    if (fault?._tag === "Stray") this.#down.send(push(JSON.stringify({ errors: [strayError(fault.taskUUID)] })))
    this.#pass(this.#down, push(text), fault)
  }

  /** Sends something one way, as well as its fault lets it. */
  #pass(lane: Lane, arrive: () => void, fault: Fault | undefined): void {
    const { network } = this.#host
    switch (fault?._tag) {
      case "Drop":
        return
      case "HalfOpen":
        this.#isSilent = true
        network.note(`${this.#id} is half-open`)
        return
      case "Refuse":
      case "Reset":
        // What is lost with its connection is lost at once; otherwise the connection outlives the message.
        if (fault._tag === "Refuse" || fault.when === "before") return network.after(0, () => this.#break())
        lane.send(arrive)
        return lane.send(() => this.#break())
      case "Delay":
        return lane.send(arrive, { held: fault.millis })
      case "Reorder":
        return lane.send(arrive, { overtaken: fault.millis })
      case "Duplicate":
        lane.send(arrive)
        return lane.send(arrive, { overtaken: fault.millis })
      default:
        return lane.send(arrive)
    }
  }

  /** The service closes it. */
  #end(code: number, reason: string): void {
    this.#isServed = false
    if (this.readyState === closed) return this.#host.forget(this.#id)
    if (this.#isSilent) return
    this.#down.send(() => this.#shut(code, reason))
  }

  /** The connection breaks in the middle. */
  #break(): void {
    this.#shut(1006, "")
  }

  #fail(message: string): void {
    if (this.readyState === closed) return
    this.#emit("error", { error: new Error(message), message })
    this.#shut(1006, "")
  }

  #shut(code: number, reason: string): void {
    if (this.readyState === closed) return
    this.readyState = closed
    if (this.#isServed && !this.#isSilent) {
      this.#up.send(() => {
        if (!this.#isServed) return
        this.#isServed = false
        this.#host.dispatch({ _tag: "SocketGone", socketId: this.#id })
        this.#host.forget(this.#id)
      })
    } else if (!this.#isServed) {
      this.#host.forget(this.#id)
    }
    this.#emit("close", { code, reason })
  }

  #emit(type: EventType, event: Omit<SocketEvent, "type">): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, ...event })
  }
}

const strayError = (taskUUID: string | undefined) => ({
  code: "timeoutProvider",
  message: "A provider did not answer in time.",
  ...(taskUUID === undefined ? {} : { taskUUID })
})

/** All sockets of a service. */
export interface Sockets {
  readonly dial: (url: string) => SimulatedSocket
  readonly perform: (event: Extract<Event, { readonly socketId: string }>) => void
  /** Breaks every socket, and says how many there were. */
  readonly break: () => number
  /** Closes every socket with a code. */
  readonly close: (code: number, reason: string) => void
  /** Sockets that a client has open. */
  readonly open: () => number
}

export const makeSockets = (host: Pick<SocketHost, "network" | "origin" | "dispatch" | "rewrite">): Sockets => {
  const sockets = new Map<string, ServedSocket>()
  let dialled = 0
  const inUse = () => [...sockets].filter(([, socket]) => socket.isOpen())
  return {
    dial: (url) =>
      new SimulatedSocket(url, {
        ...host,
        register: (socket) => {
          dialled += 1
          const socketId = `socket-${dialled}`
          sockets.set(socketId, socket)
          return socketId
        },
        forget: (socketId) => void sockets.delete(socketId)
      }),
    perform: (event) => {
      const socket = sockets.get(event.socketId)
      switch (event._tag) {
        case "Frame":
          return socket?.frame(event.payload)
        case "CloseSocket":
          return socket?.end(event.code, event.reason)
        case "DropSocket":
          return socket?.end(1006, "")
        case "ControlPong":
          return
      }
    },
    break: () => {
      const open = inUse()
      for (const [, socket] of open) socket.break()
      return open.length
    },
    close: (code, reason) => {
      for (const [socketId, socket] of inUse()) {
        host.dispatch({ _tag: "SocketGone", socketId })
        socket.end(code, reason)
      }
    },
    open: () => inUse().length
  }
}
