/** Carries webhooks and uploads to where they are wanted, one attempt at a time, and says whether they were taken. */
import type { Event } from "../Command.ts"
import { contentTypes, type MediaDescription } from "../Media.ts"
import type { Exposure } from "./exposure.ts"

/** Sends things outside, until it is closed. */
export interface Courier {
  readonly send: (event: Extract<Event, { readonly _tag: "SendOutside" }>) => void
  /** Gives up what is under way. */
  readonly close: () => void
}

/** Milliseconds within which a receiver has to answer. */
const patience = 5000

/** A courier. Anything but a 2xx in time counts as a failure, and so does a redirect. */
export const makeCourier = (
  { dispatch, encode }: Pick<Exposure, "dispatch" | "encode">,
  bytes: (media: MediaDescription) => Promise<Uint8Array>,
  timeout = patience
): Courier => {
  const closed = new AbortController()

  const requestOf = async ({ body }: Parameters<Courier["send"]>[0]): Promise<RequestInit> =>
    body._tag === "Json"
      ? { method: "POST", headers: { "content-type": "application/json" }, body: await encode(body.payload) }
      : {
          method: "PUT",
          headers: { "content-type": contentTypes[body.media.format] },
          body: Buffer.from(await bytes(body.media))
        }

  const attempt = async (event: Parameters<Courier["send"]>[0]): Promise<boolean> => {
    const request = await requestOf(event)
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(timeout)])
    const response = await fetch(event.url, { ...request, redirect: "manual", signal })
    await response.body?.cancel()
    return response.ok
  }

  return {
    send: (event) => {
      const answered = (succeeded: boolean): void => {
        if (!closed.signal.aborted) dispatch({ _tag: "SentOutside", id: event.id, succeeded })
      }
      attempt(event).then(answered, () => answered(false))
    },
    close: () => closed.abort()
  }
}
