/**
 * `pnpm bench stream`: how much a text stream costs over a loop written by hand: the same bytes from the same server, one
 * after the other, the medians of five rounds; and how late each delta is read that comes by itself. Fails above 2.0 times, when the heap grows with the text although nothing
 * is replayed, or when one of a hundred streams at once is not complete.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Runware } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { createClient } from "@effect-runware/promise"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const deltas = 200_000
const rounds = 5
const limit = 2
const taskUUID = "5b0d6c1e-8f2a-4c37-9a41-d2e7b6f01c85"

const service = fork(new URL("./streamService.ts", import.meta.url), [taskUUID, String(deltas)], {
  execArgv: ["--import", "tsx"]
})
// The child is our own file: it tells its port.
const [port] = (await once(service, "message")) as [number]
const url = `http://127.0.0.1:${port}`

const client = (address: string) =>
  ManagedRuntime.make(NodeRunware.layer({ apiKey: "bench", transport: "rest", baseUrl: url, restUrl: address }))
const runtime = client(url)

const params = {
  taskUUID,
  taskType: "textInference",
  model: "bench:chat@1",
  messages: [{ role: "user", content: "Go on." }]
} as const

/** Characters of the text, as a program reads them that has no library. */
const byHand = async (): Promise<number> => {
  const response = await fetch(url, { method: "POST", body: JSON.stringify([params]) })
  const decoder = new TextDecoder()
  let length = 0
  let rest = ""
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) {
      if (!line.startsWith("data: ") || line === "data: [DONE]") continue
      length += (JSON.parse(line.slice(6)).delta.text ?? "").length
    }
  }
  return length
}

/** The same through the client, read by an Effect program. */
const byStream = (replay: boolean) => () =>
  runtime.runPromise(
    Runware.textStream(params, { replay }).pipe(
      Effect.flatMap(({ text }) => {
        let length = 0
        return Stream.runForEachArray(text, (pieces) =>
          Effect.sync(() => {
            for (const piece of pieces) length += piece.length
          })
        ).pipe(Effect.map(() => length))
      }),
      Effect.scoped
    )
  )

/** The same through the client, read by `for await`. */
const byIteration = () =>
  runtime.runPromise(
    Runware.textStream(params).pipe(
      Effect.flatMap(({ text }) =>
        Effect.promise(async () => {
          let length = 0
          for await (const piece of Stream.toAsyncIterable(text)) length += piece.length
          return length
        })
      ),
      Effect.scoped
    )
  )

const promises = createClient({ apiKey: "bench", transport: "rest", baseUrl: url, restUrl: url })

/** The same through the Promise client. */
const byPromises = async () => {
  let length = 0
  for await (const piece of promises.stream(params).textStream) length += piece.length
  return length
}

const contenders = {
  "by hand": byHand,
  Stream: byStream(true),
  "Stream, replay: false": byStream(false),
  "for await": byIteration,
  "Promise client": byPromises
}

const timed = async (contender: () => Promise<number>) => {
  collectGarbage()
  const started = performance.now()
  const length = await contender()
  return { millis: performance.now() - started, length }
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

const times = new Map<string, Array<number>>()
const expected = await byHand()
let failed = false
for (let round = 0; round <= rounds; round++) {
  const inOrder = Object.entries(contenders)
  // Each is the first in its turn: what one leaves to the collector, the next one pays.
  for (const [name, contender] of [
    ...inOrder.slice(round % inOrder.length),
    ...inOrder.slice(0, round % inOrder.length)
  ]) {
    const { length, millis } = await timed(contender)
    if (length !== expected) throw new Error(`${name} read ${length} characters of ${expected}`)
    // The first round warms up.
    if (round > 0) times.set(name, [...(times.get(name) ?? []), millis])
  }
}

const base = median(times.get("by hand") ?? [])
console.log(`${deltas} deltas, medians of ${rounds}`)
for (const name of Object.keys(contenders)) {
  const all = times.get(name) ?? []
  const ratio = median(all) / base
  failed ||= ratio > limit
  console.log(`  ${name.padEnd(22)} ${median(all).toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)}x`)
}

/** Deltas that come one by one, and milliseconds between them. */
const pace = { deltas: 300, every: 2 }
const pacedUrl = `${url}/?deltas=${pace.deltas}&every=${pace.every}`
const pacedRuntime = client(pacedUrl)
const pacedPromises = createClient({ apiKey: "bench", transport: "rest", baseUrl: url, restUrl: pacedUrl })

/** Reads a paced stream to its end, and tells of each piece of text when it is there. */
type Reader = (got: (text: string) => void) => Promise<unknown>

const readers: Readonly<Record<string, Reader>> = {
  "by hand": async (got) => {
    const response = await fetch(pacedUrl, { method: "POST", body: JSON.stringify([params]) })
    const decoder = new TextDecoder()
    let rest = ""
    for await (const bytes of response.body ?? []) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        if (line.startsWith("data: ") && line !== "data: [DONE]") got(JSON.parse(line.slice(6)).delta.text ?? "")
      }
    }
  },
  Stream: (got) =>
    pacedRuntime.runPromise(
      Runware.textStream(params).pipe(
        Effect.flatMap(({ text }) => Stream.runForEachArray(text, (pieces) => Effect.sync(() => pieces.forEach(got)))),
        Effect.scoped
      )
    ),
  "Promise client": async (got) => {
    for await (const piece of pacedPromises.stream(params).textStream) got(piece)
  }
}

/** Milliseconds between sending and having each delta. */
const lagOf = async (read: Reader): Promise<ReadonlyArray<number>> => {
  const lags: Array<number> = []
  await read((text) => {
    if (text !== "") lags.push(Number(process.hrtime.bigint() - BigInt(text)) / 1_000_000)
  })
  if (lags.length !== pace.deltas) throw new Error(`${lags.length} of ${pace.deltas} deltas came one by one`)
  return lags
}

const lags = new Map<string, Array<ReadonlyArray<number>>>()
for (let round = 0; round <= rounds; round++) {
  for (const [name, read] of Object.entries(readers)) {
    const measured = await lagOf(read)
    if (round > 0) lags.set(name, [...(lags.get(name) ?? []), measured])
  }
}
console.log(`lag of each delta, one every ${pace.every} ms, medians of ${rounds}`)
for (const [name, all] of lags) {
  const at = (fraction: number) =>
    median(all.map((each) => each.toSorted((a, b) => a - b)[Math.floor(each.length * fraction)] ?? NaN)).toFixed(2)
  console.log(`  ${name.padEnd(22)} ${at(0.5)} ms, p95 ${at(0.95)} ms`)
}

/** The most that the heap holds, garbage aside, while a stream of so many deltas is read. */
const heapWhile = async (count: number): Promise<number> => {
  const long = client(`${url}/?deltas=${count}`)
  const program = Runware.textStream(params, { replay: false }).pipe(
    Effect.flatMap(({ chunks }) => {
      let read = 0
      let peak = 0
      const sample = () => {
        collectGarbage()
        peak = Math.max(peak, process.memoryUsage().heapUsed / 1024 / 1024)
      }
      return Stream.runForEachArray(chunks, (batch) =>
        Effect.sync(() => {
          if (Math.floor(read / 50_000) !== Math.floor((read + batch.length) / 50_000)) sample()
          read += batch.length
        })
      ).pipe(Effect.map(() => peak))
    }),
    Effect.scoped
  )
  const peak = await long.runPromise(program)
  await long.dispose()
  return peak
}

const [short, long] = [await heapWhile(200_000), await heapWhile(1_000_000)]
const text = (800_000 * (expected / deltas)) / 1024 / 1024
// The text itself is the result, and grows; nothing else may.
failed ||= long - short > 3 * text
console.log(
  `heap, replay: false     ${short.toFixed(1)} MB at 200,000 deltas, ${long.toFixed(1)} MB at 1,000,000 ` +
    `(${text.toFixed(1)} M characters more of text)`
)

const many = client(`${url}/?deltas=2000`)
const started = performance.now()
const counts = await many.runPromise(
  Effect.forEach(Array.from({ length: 100 }), () => Runware.stream(params).pipe(Stream.runCount), {
    concurrency: "unbounded"
  })
)
failed ||= counts.some((count) => count !== 2001)
console.log(`100 streams of 2,000    ${(performance.now() - started).toFixed(0)} ms, ${counts.length} complete`)

await Promise.all([
  runtime.dispose(),
  many.dispose(),
  pacedRuntime.dispose(),
  promises.disconnect(),
  pacedPromises.disconnect()
])
service.kill()
process.exitCode = failed ? 1 : 0
