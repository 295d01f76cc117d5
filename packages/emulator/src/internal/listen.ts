/** A listening port, for as long as a scope is open. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer, type Server } from "node:http"
import { ListenError } from "../ListenError.ts"
import type { Requests } from "./requests.ts"
import type { Sockets } from "./sockets.ts"

/** Listens, and gives the port: the one asked for, or a free one for 0. Ends every connection when the scope closes. */
export const listen = (
  address: { readonly host: string; readonly port: number },
  requests: Requests,
  sockets: Sockets
): Effect.Effect<number, ListenError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Server, ListenError>((resume) => {
      // The emulator answers late on purpose; only its own switches decide how late.
      const server = createServer({ requestTimeout: 0, headersTimeout: 0 }, requests.handle)
      server.on("upgrade", sockets.upgrade)
      server.once("error", (cause) => resume(Effect.fail(new ListenError({ ...address, cause }))))
      server.listen(address.port, address.host, () => resume(Effect.succeed(server)))
      return Effect.sync(() => server.close())
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        sockets.drop()
        server.closeAllConnections()
      })
  ).pipe(
    Effect.map((server) => {
      const bound = server.address()
      return typeof bound === "object" && bound !== null ? bound.port : address.port
    })
  )
