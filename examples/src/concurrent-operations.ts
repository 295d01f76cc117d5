/**
 * Many tasks at once, in two ways: calls that run side by side over one WebSocket, at most four in flight, each printed as
 * it ends; and tasks that travel in one request, where the one that is refused spoils none of the others. Run it with
 * `npx -y pnpm@12 tsx examples/src/concurrent-operations.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an
 * emulator.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Runware } from "@effect-runware/core"
import { NodeRunware } from "@effect-runware/node"
import { Console, Duration, Effect, Result } from "effect"

const poster = (subject: string) =>
  ({ model: "runware:400@2", positivePrompt: `a travel poster of ${subject}`, width: 512, height: 768 }) as const

const cities = ["Lisbon", "Oslo", "Kyoto", "Quito", "Hanoi", "Tunis", "Porto", "Nairobi"]

const sideBySide = Effect.forEach(
  cities,
  (city) => Effect.tap(Runware.run(poster(city)), ([image]) => Console.log(`${city.padEnd(8)} ${image?.imageURL}`)),
  { concurrency: 4, discard: true }
)

const together = Effect.gen(function* () {
  const outcomes = yield* Runware.run([poster("the sea"), { ...poster("nothing"), width: 500 }, poster("the moon")])
  for (const outcome of outcomes) {
    yield* Result.match(outcome, {
      onSuccess: ([image]) => Console.log(`drawn    ${image?.imageURL}`),
      onFailure: ({ code, message }) => Console.log(`refused  ${code}: ${message}`)
    })
  }
})

const program = Effect.gen(function* () {
  const [time] = yield* Effect.timed(sideBySide)
  yield* Console.log(`${cities.length} posters in ${Duration.toSeconds(time).toFixed(1)} s\n`)
  yield* together
})

program.pipe(Effect.provide(NodeRunware.layer()), NodeRuntime.runMain)
