/** A body that is written while it is read: the text streams of the service in memory. */
import { bytesOf } from "@effect-runware/emulator/EventStream"
import type { StreamPart, StreamSwitches } from "@effect-runware/emulator/Streaming"
import { Lane, type Network } from "./network.ts"

export class StreamedBody {
  readonly readable: ReadableStream<Uint8Array>
  readonly #switches: StreamSwitches
  readonly #lane: Lane
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  /** `onCancel` is told when nobody reads it any more. */
  constructor(switches: StreamSwitches, network: Network, onCancel: () => void) {
    this.#switches = switches
    this.#lane = new Lane(network)
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
      },
      cancel: () => {
        this.#controller = undefined
        onCancel()
      }
    })
  }

  /** Writes a part once it has travelled; what it belongs to may have ended by then. */
  write(part: Exclude<StreamPart, { readonly _tag: "Head" }>): void {
    this.#lane.send(() => {
      if (part._tag === "Cut") return this.break(new TypeError("terminated"))
      const controller = this.#controller
      if (controller === undefined) return
      if (part._tag === "End") {
        this.#controller = undefined
        controller.close()
        return
      }
      for (const piece of bytesOf(part, this.#switches)) controller.enqueue(piece)
    })
  }

  /** Ends it with an error. */
  break(error: Error): void {
    this.#controller?.error(error)
    this.#controller = undefined
  }
}
