/**
 * The program on a server: Node, Bun, Deno. The client finds key and address in the environment, and when the client is
 * disconnected the process ends.
 */
import { program } from "./program.ts"

console.log(
  JSON.stringify({
    entry: import.meta.resolve("@effect-runware/promise").split("/").at(-1),
    rest: await program({ transport: "rest", pollDelay: 20 }),
    websocket: await program({ transport: "websocket", pollDelay: 20 })
  })
)
