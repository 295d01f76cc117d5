/** A listening port, for as long as a scope is open. */
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { ListenError } from "../ListenError.ts";
import type { Requests } from "./requests.ts";
import type { Sockets } from "./sockets.ts";
/** Listens, and gives the port: the one asked for, or a free one for 0. Ends every connection when the scope closes. */
export declare const listen: (address: {
    readonly host: string;
    readonly port: number;
}, requests: Requests, sockets: Sockets) => Effect.Effect<number, ListenError, Scope.Scope>;
