/**
 * How far words are from one another in the published bundle, in the place of `leven`: slower and smaller, for it is only asked
 * about misspelt names. `test/bundledWords.test.ts` holds it to what `leven` does.
 */
export default (one: string, other: string): number => {
  const letters = other.split("")
  const distances = one.split("").reduce<ReadonlyArray<number>>(
    (above, letter, index) => {
      let left = index + 1
      return [
        left,
        ...letters.map((next, at) => {
          const [corner = 0, over = 0] = above.slice(at)
          return (left = Math.min(left + 1, over + 1, corner + (letter === next ? 0 : 1)))
        })
      ]
    },
    ["", ...letters].map((_, at) => at)
  )
  return distances.at(-1) ?? 0
}
