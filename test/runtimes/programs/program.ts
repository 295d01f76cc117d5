/**
 * What every runtime must do, written as users write it: images over both transports, a file in, bytes out, a streamed
 * text, a check before sending, and a call that is given up.
 */
import { type ClientConfig, createClient, isRunwareError, Media } from "@effect-runware/promise"

/** What came of it. */
export interface Report {
  readonly images: ReadonlyArray<string>
  /** The image again, after it went in as a file and came back as base64. */
  readonly cutout: string
  /** Whether its pieces, of which there are several, are the whole text. */
  readonly isTextWhole: boolean
  readonly finishReason: string | undefined
  readonly refusal: string
  readonly aborted: string
  readonly isConnected: boolean
}

export const program = async (config: ClientConfig): Promise<Report> => {
  const client = createClient(config)
  try {
    const results = await client.run({
      model: "runware:101@1",
      positivePrompt: "a lighthouse in fog",
      width: 512,
      height: 384,
      numberResults: 2,
      outputType: "base64Data",
      outputFormat: "PNG"
    })
    const images = await Promise.all(results.map((result) => Media.bytes(result)))
    const [cutout] = await client.run({
      taskType: "removeBackground",
      model: "runware:109@1",
      inputs: { image: await Media.toBlob(results[0]) },
      outputFormat: "PNG"
    })
    const stream = client.stream({
      model: "google:gemini@3.5-flash",
      messages: [{ role: "user", content: "Why is the sky blue?" }]
    })
    const pieces: Array<string> = []
    for await (const piece of stream.textStream) pieces.push(piece)
    const { finishReason, text } = await stream.result()
    return {
      images: images.map(sizeOf),
      cutout: sizeOf(await Media.bytes(cutout)),
      isTextWhole: pieces.length > 1 && pieces.join("") === text,
      finishReason,
      refusal: await client
        .run(
          { model: "runware:101@1", positivePrompt: "fog", width: 512, height: 512, maskMargin: 7 },
          { validate: true }
        )
        .then(() => "", wordsOf),
      aborted: await client
        .run(
          { model: "runware:101@1", positivePrompt: "fog", width: 512, height: 512 },
          { signal: AbortSignal.abort() }
        )
        .then(() => "", wordsOf),
      isConnected: client.isConnected()
    }
  } finally {
    await client.disconnect()
  }
}

/** The kind and the size of an image, as its header has them. */
const sizeOf = (bytes: Uint8Array): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.getUint32(0) === 0x89504e47 ? `PNG ${view.getUint32(16)}x${view.getUint32(20)}` : "something else"
}

const wordsOf = (error: unknown): string =>
  isRunwareError(error)
    ? `${error.code} ${error.submission} ${error.parameter ?? ""}`.trim()
    : `no RunwareError: ${error}`
