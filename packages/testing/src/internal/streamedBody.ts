/**
 * A body that is written while it is read: the text streams of the service in memory. It knows no runtime: whoever reads
 * it asks for what has arrived, and is called when there is something.
 */
import { bytesOf } from "@effect-runware/emulator/EventStream"
import type { StreamPart, StreamSwitches } from "@effect-runware/emulator/Streaming"
import type { NonEmptyReadonlyArray } from "effect/Array"
import type { Fault } from "../Fault.ts"
import { Lane, type Network } from "./network.ts"

/** What a reader gets: bytes as they were cut on the way, or the end. */
export type Reading =
  | { readonly _tag: "Pieces"; readonly pieces: NonEmptyReadonlyArray<Uint8Array> }
  | { readonly _tag: "End" }
  | { readonly _tag: "Broken"; readonly error: Error }

type Written = Exclude<StreamPart, { readonly _tag: "Head" }>

/** What is written of a part, and how the body goes on: as it was, not at all, or with its end. */
interface Writing {
  readonly pieces: ReadonlyArray<Uint8Array>
  readonly after: "more" | "silence" | "end" | "break"
  readonly held?: number
}

export class StreamedBody {
  readonly taskUUIDs: ReadonlyArray<string>
  readonly #switches: StreamSwitches
  readonly #network: Network
  readonly #lane: Lane
  readonly #onClosed: () => void
  #pieces: Array<Uint8Array> = []
  #ending: Exclude<Reading, { readonly _tag: "Pieces" }> | undefined
  #waiting: ((reading: Reading) => void) | undefined
  #isSilent = false

  /** `onClosed` is told when it has ended, or nobody reads it any more. */
  constructor(switches: StreamSwitches, network: Network, taskUUIDs: ReadonlyArray<string>, onClosed: () => void) {
    this.#switches = switches
    this.#network = network
    this.taskUUIDs = taskUUIDs
    this.#lane = new Lane(network)
    this.#onClosed = onClosed
  }

  /** Writes a part, as well as its fault lets it. It arrives once it has travelled. */
  write(part: Written): void {
    if (this.#isSilent || this.#ending !== undefined) return
    const { after, held = 0, pieces } = this.#writingOf(part)
    if (after !== "more") this.#isSilent = true
    this.#lane.send(
      () => {
        if (this.#ending !== undefined) return
        this.#pieces.push(...pieces)
        if (after === "end") this.#end({ _tag: "End" })
        else if (after === "break") this.break()
        else this.#tell()
      },
      { held }
    )
  }

  /** Ends it with an error, as a reset connection does. */
  break(): void {
    if (this.#ending === undefined) this.#end({ _tag: "Broken", error: terminated() })
  }

  /** Takes what has arrived, or waits for it; the function that comes back stops waiting. */
  read(take: (reading: Reading) => void): () => void {
    this.#waiting = take
    this.#tell()
    return () => {
      this.#waiting = undefined
    }
  }

  /** Nobody reads it any more. */
  cancel(): void {
    if (this.#ending === undefined) this.break()
  }

  #end(ending: Exclude<Reading, { readonly _tag: "Pieces" }>): void {
    this.#ending = ending
    this.#onClosed()
    this.#tell()
  }

  #tell(): void {
    const take = this.#waiting
    if (take === undefined) return
    const [first, ...others] = this.#pieces
    const reading: Reading | undefined =
      first === undefined ? this.#ending : { _tag: "Pieces", pieces: [first, ...others] }
    if (reading === undefined) return
    this.#waiting = undefined
    this.#pieces = []
    take(reading)
  }

  #writingOf(part: Written): Writing {
    if (part._tag === "End") return { pieces: [], after: "end" }
    if (part._tag === "Cut") return { pieces: [], after: "break" }
    const step = part._tag === "Data" && part.payload === "[DONE]" ? "streamDone" : "streamPart"
    const fault = this.#network.decide("rest", { step, taskUUIDs: this.taskUUIDs })
    return struck(bytesOf(part, this.#switches), fault)
  }
}

export const terminated = (): Error => new TypeError("terminated", { cause: new Error("other side closed") })

/** What a fault makes of the bytes of a part. Of a stream of bytes none can be lost, doubled or overtaken alone. */
const struck = (pieces: ReadonlyArray<Uint8Array>, fault: Fault | undefined): Writing => {
  switch (fault?._tag) {
    case "Delay":
      return { pieces, after: "more", held: fault.millis }
    case "Drop":
    case "HalfOpen":
      return { pieces: [], after: "silence" }
    case "Refuse":
      return { pieces: [], after: "break" }
    case "Reset":
      return { pieces: fault.when === "before" ? [] : pieces, after: "break" }
    case "Truncate":
      return { pieces: [half(pieces)], after: fault.broken ? "break" : "end" }
    case "Split":
      return { pieces: pieces.flatMap((piece) => Array.from(piece, (byte) => Uint8Array.of(byte))), after: "more" }
    case "Stray":
      return { pieces: [encoder.encode(meaningless), ...pieces], after: "more" }
    case "Status":
      return { pieces: [encoder.encode(fault.body === undefined ? page : `data: ${fault.body}\n\n`)], after: "end" }
    default:
      return { pieces, after: "more" }
  }
}

const encoder = new TextEncoder()

const meaningless = ": ping\n\n: ping\n\njunk\nfield: unknown\nretry: 10\nevent: nothing\n\n"

const page = "<html><body>\n<h1>Bad gateway</h1>\n</body></html>\n"

/** The first half of some bytes, which may end inside a character. */
const half = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const all = Uint8Array.from(pieces.flatMap((piece) => [...piece]))
  return all.slice(0, Math.floor(all.length / 2))
}
