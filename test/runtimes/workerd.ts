/**
 * A worker in workerd, the runtime of Cloudflare's edge, on a port of its own.
 */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"

export interface Worker extends AsyncDisposable {
  readonly url: string
  /** All that it has said so far: nothing, as long as all is well. */
  readonly complaints: () => string
}

/** Starts a module worker of one script. `bindings` are the texts that its environment has. */
export const startWorker = async (
  workerd: string,
  script: string,
  bindings: Readonly<Record<string, string>>
): Promise<Worker> => {
  const folder = mkdtempSync(join(tmpdir(), "runware-workerd-"))
  writeFileSync(join(folder, "worker.js"), script)
  writeFileSync(join(folder, "config.capnp"), configOf(bindings))
  const child = spawn(workerd, ["serve", "config.capnp", "--control-fd=1"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"]
  })
  let complaints = ""
  child.stderr.on("data", (bytes: Buffer) => (complaints += String(bytes)))
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  for await (const line of createInterface(child.stdout)) {
    const message: { readonly event: string; readonly port?: number } = JSON.parse(line)
    if (message.event !== "listen") continue
    return { url: `http://127.0.0.1:${message.port}`, complaints: () => complaints, [Symbol.asyncDispose]: stop }
  }
  await stop()
  throw new Error(`workerd did not start: ${complaints}`)
}

const configOf = (
  bindings: Readonly<Record<string, string>>
): string => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    # The emulator's address is a private one.
    (name = "internet", network = (allow = ["public", "private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [${Object.entries(bindings)
    .map(([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`)
    .join(", ")}]
);
`
