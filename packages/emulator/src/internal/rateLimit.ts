/** How many tasks a key may submit: a bucket of tokens that fills at a steady rate. */

/** What is left of a key's tokens, and when that was. */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

/** So many tokens a second, and so many at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** Takes a token from a bucket that is full unless known; says how many milliseconds to wait where none is left. */
export const takeToken = (
  bucket: Bucket | undefined,
  now: number,
  { burst, perSecond }: Rate
): { readonly bucket: Bucket; readonly wait: number } => {
  const filled = bucket === undefined ? burst : bucket.tokens + ((now - bucket.at) / 1000) * perSecond
  const tokens = Math.min(burst, filled)
  return tokens >= 1
    ? { bucket: { tokens: tokens - 1, at: now }, wait: 0 }
    : { bucket: { tokens, at: now }, wait: ((1 - tokens) / perSecond) * 1000 }
}
