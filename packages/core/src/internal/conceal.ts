import * as Redacted from "effect/Redacted"

/** A text from the service without the key, should the service repeat it: errors and logs quote that text. */
export const conceal = (text: string, key: Redacted.Redacted): string => {
  const secret = Redacted.value(key)
  return text.includes(secret) ? text.replaceAll(secret, "<redacted>") : text
}
