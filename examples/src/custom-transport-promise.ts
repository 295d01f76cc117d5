/**
 * The way to the service in your hands, by Promises: `fetch` and `WebSocket` of `dependencies` carry every request that the
 * client makes. This one prints what passes; another may go through a proxy, or sign requests. Run it with
 * `npx -y pnpm@12 tsx examples/src/custom-transport-promise.ts` and `RUNWARE_API_KEY` set; `RUNWARE_BASE_URL` leads it to an
 * emulator.
 */
import { createClient } from "@effect-runware/promise"

const watched: typeof fetch = async (input, init) => {
  const started = performance.now()
  const response = await fetch(input, init)
  const { pathname } = new URL(input instanceof Request ? input.url : input)
  console.log(
    `${init?.method ?? "GET"} ${pathname}  ${response.status} after ${Math.round(performance.now() - started)} ms`
  )
  return response
}

await using client = createClient({ transport: "rest", dependencies: { fetch: watched } })

const [image] = await client.run({
  model: "runware:101@1",
  positivePrompt: "a lighthouse in fog",
  width: 512,
  height: 512
})
console.log(image?.imageURL)
