/** `pnpm simulate`: many seeds with a table of what they covered, or one with everything that happened in it. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { availableParallelism } from "node:os"
import { runSeeds } from "./Crew.ts"
import { cover, type Coverage, coverageTable, story } from "./Report.ts"
import { simulate } from "./Simulation.ts"

class InvariantBroken extends Data.TaggedError("InvariantBroken")<{ readonly message: string }> {}

const flags = {
  seeds: Flag.Int("seeds").pipe(Flag.withDescription("How many seeds to run"), Flag.withDefault(1000)),
  from: Flag.Int("from").pipe(Flag.withDescription("The first seed"), Flag.withDefault(1)),
  seed: Flag.Int("seed").pipe(Flag.withDescription("Replay one seed, with all that happens in it"), Flag.optional),
  processes: Flag.Int("processes").pipe(
    Flag.withDescription("How many processes share the work"),
    Flag.withDefault(availableParallelism())
  )
}

const replay = Effect.fnUntraced(function* (seed: number) {
  const outcome = yield* Effect.promise(() => simulate(seed))
  yield* Console.log(story(outcome))
  if (outcome.violations.length > 0) return yield* new InvariantBroken({ message: `Seed ${seed} breaks an invariant.` })
})

/** One line that changes, for a person who watches. */
const progress = (line: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`)
}

const runMany = Effect.fnUntraced(function* (options: {
  readonly seeds: number
  readonly from: number
  readonly processes: number
}) {
  const coverage: Coverage = new Map()
  const broken: Array<{ readonly seed: number; readonly story: string }> = []
  const started = performance.now()
  let done = 0
  const perSecond = () => Math.round((done * 1000) / Math.max(1, performance.now() - started))
  yield* Effect.promise(() =>
    runSeeds({ from: options.from, count: options.seeds, processes: options.processes }, (tally) => {
      done += tally.seeds
      cover(coverage, tally.struck)
      broken.push(...tally.broken)
      progress(`${done} of ${options.seeds} seeds, ${broken.length} broken, ${perSecond()} seeds/s`)
    })
  )
  progress("")
  yield* Console.log(coverageTable(coverage))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  yield* Console.log(`\n${done} seeds in ${seconds} s: ${perSecond()} seeds/s`)
  const [first] = broken.toSorted((one, other) => one.seed - other.seed)
  if (first === undefined) return
  yield* Console.error(`\n${first.story}\n`)
  const seeds = broken.map(({ seed }) => seed).toSorted((one, other) => one - other)
  return yield* new InvariantBroken({
    message: `${broken.length} seeds break an invariant: ${seeds.join(", ")}. Replay one with: pnpm simulate --seed ${first.seed}`
  })
})

const command = Command.make("simulate", flags, ({ seed, ...options }) =>
  Option.match(seed, { onNone: () => runMany(options), onSome: replay })
).pipe(
  Command.withDescription(
    "Runs the client over a service in memory on virtual time, with faults that a seed decides, and checks that no result is lost, bought twice or late."
  ),
  Command.withExamples([
    { command: "pnpm simulate --seeds 10000", description: "Run ten thousand seeds" },
    { command: "pnpm simulate --seed 4711", description: "Replay one, with its plan and its trace" }
  ])
)

command.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.tapErrorTag("InvariantBroken", ({ message }) => Console.error(message)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
