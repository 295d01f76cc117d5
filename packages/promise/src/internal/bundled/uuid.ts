/**
 * The UUIDs of the published bundle, in the place of `uuid`: as much of it as the core uses, in a third of the size.
 * `test/bundledWords.test.ts` holds it to what `uuid` does.
 */

/** Browsers have `randomUUID` in secure contexts only. */
export const v4 = (): string =>
  "randomUUID" in crypto
    ? crypto.randomUUID()
    : "00000000-0000-4000-8000-000000000000".replaceAll(/[08]/g, (digit) => {
        const [byte = 0] = crypto.getRandomValues(new Uint8Array(1))
        return (digit === "0" ? byte % 16 : 8 + (byte % 4)).toString(16)
      })

export const validate = (text: string): boolean =>
  /^(?:[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}|0{8}(?:-0{4}){3}-0{12}|f{8}(?:-f{4}){3}-f{12})$/i.test(
    text
  )

/** Of one that is valid. */
export const version = (uuid: string): number => Number.parseInt(uuid.charAt(14), 16)
