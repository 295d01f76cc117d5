/** Names for people, made from slugs: `alibaba-qwen2-5-vl-7b-instruct` is Qwen2.5 VL 7B Instruct by Alibaba. */

/** The name of a model: its slug without its creator, unless only a version is left; digits in a row as a version. */
export const modelName = (slug: string, creator: string): string => {
  const own = slug.startsWith(`${creator}-`) ? slug.slice(creator.length + 1) : slug
  const words = own
    .replace(/(?<=\d)-(?=\d+(?:-|$))/g, ".")
    .split("-")
    .map(capital)
  return (/^v?\d/.test(own) ? [creatorName(creator), ...words] : words).join(" ")
}

/** The name of a creator. */
export const creatorName = (id: string): string => creators[id] ?? capital(id)

const creators: Readonly<Record<string, string>> = {
  bfl: "Black Forest Labs",
  bytedance: "ByteDance",
  deepseek: "DeepSeek",
  fishaudio: "Fish Audio",
  heygen: "HeyGen",
  imagineart: "ImagineArt",
  klingai: "KlingAI",
  minimax: "MiniMax",
  moonshotai: "Moonshot AI",
  openai: "OpenAI",
  pixverse: "PixVerse",
  prunaai: "Pruna AI",
  rundiffusion: "RunDiffusion",
  topazlabs: "Topaz Labs",
  xai: "xAI",
  zai: "Z.ai"
}

/** Short words without a vowel are abbreviations, and so are sizes. */
const capital = (word: string): string =>
  /^(?:[bcdfghjklmnpqrstvwxz]{1,4}|[\d.]+[bk])$/.test(word)
    ? word.toUpperCase()
    : word.charAt(0).toUpperCase() + word.slice(1)
