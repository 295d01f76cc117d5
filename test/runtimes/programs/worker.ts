/**
 * The program on an edge: a worker that makes a client for each request it answers, as these runtimes want it.
 */
import { createClient, Media } from "@effect-runware/promise"
import { program } from "./program.ts"

interface Environment {
  readonly RUNWARE_API_KEY: string
  readonly RUNWARE_BASE_URL: string
}

interface Execution {
  readonly waitUntil: (work: Promise<unknown>) => void
}

export default {
  fetch: async (request: Request, environment: Environment, execution: Execution): Promise<Response> => {
    const config = { apiKey: environment.RUNWARE_API_KEY, baseUrl: environment.RUNWARE_BASE_URL, pollDelay: 20 }
    switch (new URL(request.url).pathname) {
      case "/program":
        return Response.json({
          rest: await program({ ...config, transport: "rest" }),
          websocket: await program({ ...config, transport: "websocket" })
        })
      case "/image": {
        await using client = createClient({ ...config, transport: "rest" })
        const [image] = await client.run({
          model: "runware:101@1",
          positivePrompt: "a lighthouse in fog",
          width: 512,
          height: 384
        })
        return new Response(await Media.toBlob(image))
      }
      default: {
        const client = createClient({ ...config, transport: "rest" })
        const stream = client.stream({
          model: "google:gemini@3.5-flash",
          messages: [{ role: "user", content: await request.text() }]
        })
        // The answer starts with the first words of the text; the client stays until the last.
        execution.waitUntil(stream.result().finally(() => client.disconnect()))
        return new Response(stream.toReadableStream(), { headers: { "content-type": "text/plain; charset=utf-8" } })
      }
    }
  }
}
