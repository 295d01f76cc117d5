/** What a client takes from where it runs, and gives to it: the environment, the console, its name, its end. */
import { expect } from "vitest"
import { startRelay } from "../relay.ts"
import { area, image, until, type Row } from "../row.ts"
import { runProgram } from "../strangersProgram.ts"

const params = JSON.stringify(image)

export const environment: ReadonlyArray<Row> = area("environment", {
  "`apiKey` and `baseUrl` default to `RUNWARE_API_KEY` and `RUNWARE_BASE_URL`": async ({ emulator, transport }) => {
    const { stdout } = await runProgram(
      `import { createClient } from "@effect-runware/promise"
       const client = createClient({ transport: "${transport}" })
       const [result] = await client.run(${params})
       console.log(result.imageURL)
       await client.disconnect()`,
      { RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url }
    )
    expect(stdout.trim()).toMatch(new RegExp(`^${emulator.url}/media/`))
    expect(emulator.stats().tasksBilled).toBe(1)
  },
  "`debug` prints entries to the console's errors, and never the key": async ({ emulator, transport }) => {
    const { stderr, stdout } = await runProgram(
      `import { createClient } from "@effect-runware/promise"
       const client = createClient({ transport: "${transport}", debug: true })
       await client.run(${params})
       await client.disconnect()`,
      { RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url }
    )
    expect(stdout).toBe("")
    expect(stderr).toMatch(/\[runware\] send: /)
    expect(stderr).toMatch(/\[runware\] receive: /)
    expect(stderr).not.toContain(emulator.apiKey)
  },
  "`clearValidatorCache`: the next check asks the service anew": async ({ emulator, seen, transport }) => {
    const asked = () => seen.filter(({ path }) => path.startsWith("/resolve/")).length
    await runProgram(
      `import { clearValidatorCache, createClient } from "@effect-runware/promise"
       const client = createClient({ transport: "${transport}", validate: true })
       const twice = async () => { await client.run(${params}); await client.run(${params}) }
       await twice()
       client.clearValidatorCache()
       await twice()
       clearValidatorCache()
       await twice()
       await client.disconnect()`,
      { RUNWARE_API_KEY: emulator.apiKey, RUNWARE_BASE_URL: emulator.url }
    )
    expect([asked(), emulator.stats().tasksBilled]).toEqual([3, 6])
  },
  "`userAgent` stands before ours, in requests and in the socket's handshake": async ({ client, emulator }) => {
    await using relay = await startRelay(emulator)
    await client({ baseUrl: relay.url, userAgent: "my-shop/1.2" }).run({ ...image, model: "bfl-flux-1-dev" })
    expect(relay.agents.length).toBeGreaterThan(1)
    expect([...new Set(relay.agents)]).toEqual([expect.stringMatching(/^my-shop\/1\.2 \S*runware\S*\/\d/)])
  },
  "`transport` says how tasks travel": async ({ client, emulator, transport }) => {
    await client().run(image)
    const { frames, requests } = emulator.stats()
    expect([frames > 0, requests > 0]).toEqual(transport === "rest" ? [false, true] : [true, false])
  },
  "`await using` disconnects": async ({ client, emulator, transport }) => {
    {
      await using one = client()
      expect(await one.run(image)).toHaveLength(1)
      expect(emulator.stats().openSockets).toBe(transport === "rest" ? 0 : 1)
    }
    await until(() => emulator.stats().openSockets === 0)
  }
})
