/**
 * A page with the packed package in a real browser: over HTTP, SSE and WebSocket to a service of another origin.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type RunningEmulator, startEmulator } from "@effect-runware/emulator"
import { type BrowserContext, chromium, type Page } from "playwright-core"
import sharp from "sharp"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { type Site, startSite } from "./site.ts"

let browser: BrowserContext
let emulator: RunningEmulator
let profile: string
let site: Site

beforeAll(async () => {
  // Images take some 50 ms, a text half a second, and a film until somebody stops it.
  emulator = await startEmulator({ timeScale: 0.05 })
  site = await startSite(inject("packedProject"), emulator.url)
  profile = mkdtempSync(join(tmpdir(), "runware-chromium-"))
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: inject("binaries").chromium,
    chromiumSandbox: false,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync"
    ]
  })
})

afterAll(async () => {
  await browser.close()
  await site[Symbol.asyncDispose]()
  await emulator.close()
  rmSync(profile, { recursive: true, force: true })
})

describe("the bundle of a page", () => {
  it("takes what the package has for browsers", () => {
    const ours = site.inputs.filter((path) => path.includes("@effect-runware/promise/"))
    expect(ours).toContain("node_modules/@effect-runware/promise/dist/web.js")
    expect(ours.filter((path) => /dist\/(?:index|rest)/.test(path))).toEqual([])
  })

  it("has nothing of `ws` or Node in it", () => {
    expect(site.inputs.filter((path) => path.includes("node_modules/ws/"))).toEqual([])
    for (const script of site.scripts) expect(script).not.toMatch(/(?:\bfrom|\bimport|\brequire\() ?["'`](?:ws|node:)/)
  })
})

describe.each(["rest", "websocket"])("a page over %s", (transport) => {
  let page: Page
  const complaints: Array<string> = []

  const act = (button: string) => page.getByRole("button", { name: button, exact: true }).click()

  /** What the page says when it has done what it was asked for. */
  const message = async (): Promise<string> => {
    await page.waitForFunction(() => !["", "…"].includes(document.querySelector("output")?.value ?? ""))
    return page.locator("#message").innerText()
  }

  /** The inputs of the task of the first image, as the service got them. */
  const sent = async (): Promise<unknown> => {
    const taskUUID = await page.locator("#images img").first().getAttribute("data-task")
    return emulator.task(taskUUID ?? "")?.request["inputs"]
  }

  const did = async (button: string): Promise<string> => {
    await act(button)
    return message()
  }

  beforeAll(async () => {
    page = await browser.newPage()
    page.on("console", (entry) => complaints.push(entry.text()))
    page.on("pageerror", (error) => complaints.push(String(error)))
    page.on("requestfailed", (request) => {
      // Requests that the page gave up itself are no failures.
      const reason = request.failure()?.errorText
      if (reason !== "net::ERR_ABORTED") complaints.push(`${request.url()} ${reason}`)
    })
    await page.addInitScript(() =>
      addEventListener("securitypolicyviolation", ({ violatedDirective }) => console.error(violatedDirective))
    )
    const query = new URLSearchParams({ apiKey: emulator.apiKey, baseUrl: emulator.url, transport })
    await page.goto(`${site.url}/?${query}`)
  })

  it("draws images from base64, pixel by pixel those that the service made", async () => {
    expect(await did("Draw")).toBe("drawn 2")
    const drawn = await imagesOf(page)
    expect(drawn.map(({ height, width }) => [width, height])).toEqual([
      [512, 384],
      [512, 384]
    ])
    for (const { file, pixels } of drawn) {
      const raw = await sharp(file).ensureAlpha().raw().toBuffer()
      expect(new Set(raw).size).toBeGreaterThan(50)
      expect(pixels.equals(raw)).toBe(true)
    }
    expect(await page.locator("#progress").evaluate((bar: HTMLProgressElement) => [bar.value, bar.max])).toEqual([2, 2])
  })

  it("draws over the file that its visitor chose", async () => {
    const photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer()
    await page.locator("#photo").setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: photo })
    expect(await did("Draw")).toBe("drawn 2")
    expect(await sent()).toEqual({ seedImage: `data:image/jpeg;base64,${photo.toString("base64")}` })
    await page.locator("#photo").setInputFiles([])
  })

  it("draws over a blob that it made itself", async () => {
    expect(await did("Draw over it")).toBe("drawn 2")
    const inputs = await sent()
    expect(inputs).toEqual({ seedImage: expect.stringMatching(/^data:image\/webp;base64,/) })
    const [, base64 = ""] = JSON.stringify(inputs).split(/[,"]+(?=UklGR)|"\}$/)
    const { format, height, width } = await sharp(Buffer.from(base64, "base64")).metadata()
    expect([format, width, height]).toEqual(["webp", 256, 192])
  })

  it("shows a text while it is written", async () => {
    const lengths = page.evaluate(async () => {
      const seen = new Set<number>()
      while (document.querySelector("output")?.value !== "stop number") {
        await new Promise(requestAnimationFrame)
        seen.add(document.getElementById("text")?.textContent?.length ?? 0)
      }
      return [...seen]
    })
    expect(await did("Ask")).toBe("stop number")
    const seen = await lengths
    const { length } = await page.locator("#text").innerText()
    expect(seen.at(-1)).toBe(length)
    expect(seen).toEqual(seen.toSorted((one, other) => one - other))
    expect(seen.filter((shown) => shown > 0 && shown < length)).not.toEqual([])
  })

  it("stops a film and a text where they are", async () => {
    const { tasksAccepted } = emulator.stats()
    await act("Film")
    await expect.poll(() => emulator.stats().tasksAccepted).toBe(tasksAccepted + 1)
    await act("Stop")
    expect(await message()).toBe("aborted accepted")
    await act("Ask")
    await page.waitForFunction(() => document.getElementById("text")?.textContent !== "")
    await act("Stop")
    expect(await message()).toBe("aborted accepted")
  })

  it("is told what is wrong before anything is sent, with no script made of text", async () => {
    const { frames, requests } = emulator.stats()
    await page.locator("#margin").fill("7")
    expect(await did("Draw")).toBe("validation maskMargin")
    expect(emulator.stats()).toMatchObject({ frames, requests })
    await page.locator("#margin").fill("")
  })

  it("lists the catalog", async () => {
    expect(await did("Browse")).toMatch(/^5 of \d+$/)
    expect((await page.locator("#models li").allInnerTexts()).every((name) => name.length > 2)).toBe(true)
  })

  it("goes on after its sockets were cut", async () => {
    expect(emulator.dropSockets()).toBe(transport === "rest" ? 0 : 1)
    expect(await did("Draw")).toBe("drawn 2")
  })

  it("may ask for parts of a file, with a key", async () => {
    const part = await page.evaluate(
      async ({ apiKey, url }) => {
        const authorization = `Bearer ${apiKey}`
        const task = { taskType: "imageInference", taskUUID: crypto.randomUUID(), model: "runware:101@1" }
        const answer = await fetch(`${url}/v1`, {
          method: "POST",
          headers: { authorization, "content-type": "application/json" },
          body: JSON.stringify([{ ...task, positivePrompt: "fog", width: 512, height: 512, deliveryMethod: "sync" }])
        })
        const { data } = await answer.json()
        const response = await fetch(data[0].imageURL, { headers: { authorization, range: "bytes=10-19" } })
        return [response.status, response.headers.get("content-range"), (await response.arrayBuffer()).byteLength]
      },
      { apiKey: emulator.apiKey, url: emulator.url }
    )
    expect(part).toEqual([206, expect.stringMatching(/^bytes 10-19\/\d+$/), 10])
  })

  it("complains of nothing, and leaves no socket open when it is left", async () => {
    await page.close()
    await expect.poll(() => emulator.stats().openSockets).toBe(0)
    expect(complaints).toEqual([])
  })
})

interface Drawn {
  readonly width: number
  readonly height: number
  /** The image as it came. */
  readonly file: Buffer
  /** What a canvas shows of it, as RGBA. */
  readonly pixels: Buffer
}

const imagesOf = async (page: Page): Promise<ReadonlyArray<Drawn>> => {
  const images = await page.locator("#images img").evaluateAll((images) =>
    Promise.all(
      images.map(async (image) => {
        if (!(image instanceof HTMLImageElement)) throw new Error("This is no image")
        const { naturalHeight: height, naturalWidth: width } = image
        const canvas = new OffscreenCanvas(width, height)
        const context = canvas.getContext("2d")
        context?.drawImage(image, 0, 0)
        const pixels = context?.getImageData(0, 0, width, height).data ?? []
        const file = new Uint8Array(await (await fetch(image.src)).arrayBuffer())
        const base64 = (bytes: Iterable<number>) =>
          btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
        return { width, height, file: base64(file), pixels: base64(pixels) }
      })
    )
  )
  return images.map(({ file, height, pixels, width }) => ({
    width,
    height,
    file: Buffer.from(file, "base64"),
    pixels: Buffer.from(pixels, "base64")
  }))
}
