/**
 * A line worth quoting from a body that is not of the protocol: the title of a gateway's HTML page, or the first words
 * of anything else.
 */
const longest = 200

const withoutTags = (html: string): string =>
  html.replaceAll(/<(script|style)\b[^]*?<\/\1\s*>/gi, " ").replaceAll(/<[^>]*>/g, " ")

/** One line of at most 200 characters; empty when there is nothing to quote. */
export const answerExcerpt = (body: string): string => {
  const beginning = body.slice(0, 20_000)
  const title = /<title[^>]*>([^<]+)<\/title\s*>/i.exec(beginning)?.[1]
  const line = withoutTags(title ?? beginning)
    .replaceAll(/\s+/g, " ")
    .trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
