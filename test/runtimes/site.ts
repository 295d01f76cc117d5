/**
 * A page as a web server has it: its script bundled as users do, from the packed package, and a content security policy as
 * strict as they come.
 */
import { createServer } from "node:http"
import { copyFileSync, readFileSync } from "node:fs"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { extname, join } from "node:path"
import { build } from "esbuild"

export interface Site extends AsyncDisposable {
  readonly url: string
  /** The files that went into the scripts, and the scripts. */
  readonly inputs: ReadonlyArray<string>
  readonly scripts: ReadonlyArray<string>
}

const types: Readonly<Record<string, string>> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" }

const page = join(import.meta.dirname, "page")

/** Serves the page, whose script may reach the service at `origin`. `project` has the package installed. */
export const startSite = async (project: string, origin: string): Promise<Site> => {
  copyFileSync(join(page, "app.ts"), join(project, "app.ts"))
  const { metafile, outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: ["app.ts"],
    outdir: "site",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    metafile: true,
    write: false
  })
  const files = new Map(outputFiles.map(({ contents, path }) => [path.slice(join(project, "site").length), contents]))
  files.set("/index.html", readFileSync(join(page, "index.html")))
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "img-src blob: data:",
    `connect-src blob: ${origin} ${origin.replace("http", "ws")}`
  ].join("; ")
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/, "").replace(/\/$/, "/index.html")
    const body = files.get(path)
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": types[extname(path)] ?? "application/octet-stream",
      "content-security-policy": policy
    })
    response.end(body)
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  // A TCP server's address has a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    inputs: Object.keys(metafile.inputs),
    scripts: outputFiles.map(({ text }) => text),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    }
  }
}
