import leven from "leven"

/**
 * The known name that the given one was most likely meant to be, if any is close enough: a third of the letters may
 * differ, two at least, but never all of them.
 */
export const nearest = (name: string, known: Iterable<string>): string | undefined => {
  let best: string | undefined
  let bestDistance = Math.min(name.length, Math.max(2, Math.floor(name.length / 3)) + 1)
  for (const candidate of known) {
    // The distance is at least this, and computing it takes the product of both lengths: somebody's whole prompt may come.
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue
    const distance = leven(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}
