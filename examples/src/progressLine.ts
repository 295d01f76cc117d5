/**
 * Progress for people: one line that renews itself on a terminal, plain lines elsewhere.
 */
import { stdout } from "node:process"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

/** Shows how far things are. */
export const progressLine = (text: string): Effect.Effect<void> =>
  stdout.isTTY
    ? Effect.sync(() => {
        stdout.write(`\r\u001b[K${text}`)
      })
    : Console.log(text)
