/**
 * How a request names a medium: by the UUID of one that the service keeps, by address, or with the bytes as data URI or
 * bare base64. What is none of these, such as a path, is no medium.
 */

/** A medium, as a request names it. */
export type MediaReference =
  | { readonly _tag: "Identifier"; readonly uuid: string }
  | { readonly _tag: "Address"; readonly url: string }
  | { readonly _tag: "Base64"; readonly text: string }

const uuidForm = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const dataURIForm = /^data:[^,;]*(?:;[^,;]+)*?;base64,/i
const base64Form = /^[A-Za-z\d+/]+={0,2}$/

/** Bytes that begin any medium at all fill at least this many characters. */
const shortest = 32

/** The medium that a text names, if it names one. */
export const parseReference = (text: string): MediaReference | undefined => {
  if (uuidForm.test(text)) return { _tag: "Identifier", uuid: text.toLowerCase() }
  if (/^https?:/i.test(text)) return URL.canParse(text) ? { _tag: "Address", url: text } : undefined
  const head = dataURIForm.exec(text)?.[0]
  if (head !== undefined) {
    const base64 = text.slice(head.length)
    return isBase64(base64) ? { _tag: "Base64", text: base64 } : undefined
  }
  return text.length >= shortest && isBase64(text) && !isPath(text) ? { _tag: "Base64", text } : undefined
}

/** The UUID of the medium that an address of the service itself names. */
export const ownMedium = (url: string, origin: string | undefined): string | undefined => {
  if (origin === undefined) return undefined
  const where = new URL(url)
  const own = new URL(origin)
  const isHere =
    where.host === own.host || (where.port === own.port && isLoopback(where.hostname) && isLoopback(own.hostname))
  if (!isHere) return undefined
  return /^\/media\/(?<uuid>[\da-f-]{36})(?:\.[a-z\d]+)?$/i.exec(where.pathname)?.groups?.["uuid"]?.toLowerCase()
}

const isLoopback = (hostname: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)

const isBase64 = (text: string): boolean => text.length % 4 === 0 && base64Form.test(text)

/** Base64 that begins with a slash stands for a byte that begins JPEG (`/9j/`) and MPEG audio (`//`), and nothing else. */
const isPath = (text: string): boolean => /^\/(?![9/])/.test(text)
