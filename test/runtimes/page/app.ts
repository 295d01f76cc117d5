/**
 * A page as users write it: it draws, with or without a photo of the visitor's, writes, films and browses the catalog, and
 * whatever takes long can be stopped. Its address says which service it uses, and over which transport.
 */
import { createClient, isRunwareError, Media } from "@effect-runware/promise"

const element = <E extends HTMLElement>(id: string, type: new () => E): E => {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`The page has no ${id}`)
  return found
}

const form = element("form", HTMLFormElement)
const prompt = element("prompt", HTMLInputElement)
const photo = element("photo", HTMLInputElement)
const margin = element("margin", HTMLInputElement)
const progress = element("progress", HTMLProgressElement)
const message = element("message", HTMLOutputElement)
const images = element("images", HTMLDivElement)
const text = element("text", HTMLParagraphElement)
const models = element("models", HTMLUListElement)

const address = new URLSearchParams(location.search)
const client = createClient({
  apiKey: address.get("apiKey") ?? "",
  baseUrl: address.get("baseUrl") ?? "",
  transport: address.get("transport") === "rest" ? "rest" : "websocket",
  validate: true
})

let work = new AbortController()
const stop = () => work.abort()

/** Does what a button says, in the place of what was going on, and tells how it went. */
const perform = async (act: (signal: AbortSignal) => Promise<string>): Promise<void> => {
  stop()
  work = new AbortController()
  message.value = "…"
  message.value = await act(work.signal).catch((error: unknown) =>
    isRunwareError(error) ? `${error.code} ${error.parameter ?? error.submission}` : `no RunwareError: ${error}`
  )
}

const draw = async (signal: AbortSignal, over?: Blob): Promise<string> => {
  const results = await client.run(
    {
      model: "runware:101@1",
      positivePrompt: prompt.value,
      width: 512,
      height: 384,
      numberResults: 2,
      outputType: "base64Data",
      outputFormat: "PNG",
      ...(margin.value === "" ? {} : { maskMargin: margin.valueAsNumber }),
      ...(over === undefined ? {} : { inputs: { seedImage: over }, strength: 0.7 })
    },
    {
      signal,
      onProgress: ({ completed, expected }) => {
        progress.max = expected
        progress.value = completed
      }
    }
  )
  images.replaceChildren()
  for (const result of results) {
    const bytes = await Media.bytes(result)
    const image = new Image()
    image.src = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: "image/png" }))
    image.dataset["task"] = result.taskUUID
    await image.decode()
    images.append(image)
  }
  return `drawn ${results.length}`
}

form.addEventListener("submit", (event) => {
  event.preventDefault()
  void perform((signal) => draw(signal, photo.files?.[0]))
})

element("again", HTMLButtonElement).addEventListener("click", () => {
  void perform(async (signal) => draw(signal, await shown()))
})

/** The first image on the page, smaller, and with a stroke of the visitor's over it. */
const shown = async (): Promise<Blob> => {
  const canvas = new OffscreenCanvas(256, 192)
  const context = canvas.getContext("2d")
  const image = images.querySelector("img")
  if (context === null || image === null) throw new Error("There is nothing to draw over")
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  context.fillRect(20, 20, 100, 10)
  return canvas.convertToBlob({ type: "image/webp" })
}

element("ask", HTMLButtonElement).addEventListener("click", () => {
  void perform(async (signal) => {
    text.textContent = ""
    const stream = client.stream(
      { model: "google:gemini@3.5-flash", messages: [{ role: "user", content: prompt.value }], includeUsage: true },
      { signal }
    )
    for await (const piece of stream.textStream) text.append(piece)
    const { finishReason, usage } = await stream.result()
    return `${finishReason} ${typeof usage?.totalTokens}`
  })
})

element("film", HTMLButtonElement).addEventListener("click", () => {
  void perform(async (signal) => {
    const [video] = await client.run(
      { model: "klingai:5@3", positivePrompt: prompt.value, width: 1920, height: 1080, duration: 5 },
      { signal }
    )
    return video?.videoURL ?? "nothing"
  })
})

element("stop", HTMLButtonElement).addEventListener("click", stop)

element("browse", HTMLButtonElement).addEventListener("click", () => {
  void perform(async (signal) => {
    const { items, total } = await client.content.models({ category: "image", paginate: true, limit: 5 }, { signal })
    models.replaceChildren(
      ...items.map(({ name }) => Object.assign(document.createElement("li"), { textContent: name }))
    )
    return `${items.length} of ${total}`
  })
})

window.addEventListener("pagehide", () => void client.disconnect())
