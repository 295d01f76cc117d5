/**
 * The forms in which a reader of a text stream reads: delta by delta, or as bytes.
 */
import type { Reader, TextSession } from "./textSession.ts"

/** What an iterator needs to know of its stream: who reads, and why nobody reads on. */
interface Source<A> {
  readonly reader: Reader<A>
  readonly session: Pick<TextSession, "failure">
}

/**
 * Reads one by one. What a batch holds is given without a further look at the stream. As with generators there is nothing
 * after an error, and calls that don't wait for one another take their turns; only `return` waits for none of them.
 */
export class TextIterator<A> implements AsyncIterableIterator<A, undefined> {
  readonly #source: Source<A>
  #batch: ReadonlyArray<A> = []
  #index = 0
  #isDone = false
  #turns = 0
  #lastTurn: Promise<unknown> = Promise.resolve()

  constructor(source: Source<A>) {
    this.#source = source
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<A, undefined>> {
    if (this.#turns === 0 && this.#index < this.#batch.length && this.#source.session.failure === undefined) {
      return Promise.resolve(this.#one())
    }
    // The first turn is taken now, not later: it is how a reader joins.
    const turn = this.#turns === 0 ? this.#take() : this.#lastTurn.then(() => this.#take())
    this.#turns++
    const settled = () => {
      this.#turns--
    }
    this.#lastTurn = turn.then(settled, settled)
    return turn
  }

  async return(): Promise<IteratorResult<A, undefined>> {
    this.#end()
    await this.#source.reader.leave()
    return { done: true, value: undefined }
  }

  async #take(): Promise<IteratorResult<A, undefined>> {
    if (this.#isDone) return { done: true, value: undefined }
    const { reader, session } = this.#source
    try {
      if (session.failure !== undefined) throw session.failure.error
      if (this.#index < this.#batch.length) return this.#one()
      const batch = await reader.pull()
      if (batch !== undefined && !this.#isDone) {
        this.#batch = batch
        this.#index = 0
        return this.#one()
      }
    } catch (error) {
      this.#end()
      throw error
    }
    this.#end()
    return { done: true, value: undefined }
  }

  #one(): IteratorResult<A, undefined> {
    // There is one: the index has just been held against the batch.
    return { done: false, value: this.#batch[this.#index++] as A }
  }

  #end(): void {
    this.#isDone = true
    this.#batch = []
    this.#index = 0
  }
}

/** Reads as bytes of UTF-8, one piece for each batch, when somebody asks for it. */
export const bytesOf = ({ leave, pull }: Reader<string>): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  let half = ""
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        while (true) {
          const batch = await pull()
          const text = half + (batch ?? []).join("")
          // A character outside of the basic plane is two code units, which may come one by one.
          half = batch !== undefined && /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : ""
          const whole = text.slice(0, text.length - half.length)
          if (whole !== "") controller.enqueue(encoder.encode(whole))
          if (batch === undefined) return controller.close()
          if (whole !== "") return
        }
      },
      cancel: leave
    },
    // Nothing is read ahead: a stream that nobody reads sends no request.
    { highWaterMark: 0 }
  )
}
