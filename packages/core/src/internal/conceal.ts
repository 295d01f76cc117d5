import * as Redacted from "effect/Redacted"

/** Shorter keys would be found in ordinary words; no real one is. */
const shortest = 8

/** A text from the service without the key, should the service repeat it: errors and logs quote that text. */
export const conceal = (text: string, key: Redacted.Redacted): string => {
  const secret = Redacted.value(key)
  return secret.length >= shortest && text.includes(secret) ? text.replaceAll(secret, "<redacted>") : text
}
