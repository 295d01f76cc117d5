/** Chance that a seed decides. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

export class Chance {
  readonly #next: () => number

  constructor(seed: string) {
    const random = Effect.runSync(
      Random.withSeed(
        Effect.flatMap(Random.Random, (service) => Effect.succeed(service)),
        seed
      )
    )
    this.#next = () => random.nextDoubleUnsafe()
  }

  happens(probability: number): boolean {
    return this.#next() < probability
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1))
  }

  pick<const A>(choices: readonly [A, ...ReadonlyArray<A>]): A {
    return choices[Math.floor(this.#next() * choices.length)] ?? choices[0]
  }
}
