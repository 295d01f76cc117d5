#!/usr/bin/env node
/**
 * Runs the command `runware-emulator`.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Command from "effect/cli/Command"
import { createRequire } from "node:module"
import { command } from "./internal/command.ts"

const { version } = createRequire(import.meta.url)("../package.json") as { readonly version: string }

Command.run(command, { version }).pipe(
  Effect.tapErrorTag("ListenError", ({ message }) => Console.error(message)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    // Ctrl-C is how an emulator ends, and no failure.
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : 1)
  })
)
