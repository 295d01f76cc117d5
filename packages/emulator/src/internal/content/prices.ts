/** The price list of a model in words for people, from the same rules by which the emulator bills. */
import { listPrice, unitPrice } from "../plan.ts"

/** One line of a price list. */
export interface PriceRow {
  readonly configuration: string
  readonly price: string
}

/** The price of a model in one line, and for some common requests. */
export const priceList = (
  taskType: string,
  air: string,
  makesVideos = false
): { readonly pricingOverview: string; readonly pricingExamples: ReadonlyArray<PriceRow> } => {
  if (taskType === "textInference") {
    const token = unitPrice(taskType, air)
    return {
      pricingOverview: `${dollars(token * 1_000_000)} per million tokens`,
      pricingExamples: [1000, 10_000, 100_000].map((tokens) => ({
        configuration: `${tokens.toLocaleString("en-US")} tokens`,
        price: dollars(Math.max(1, Math.round(token * tokens)))
      }))
    }
  }
  const resultFields = makesVideos ? ["videoUUID"] : []
  const examples = (requests[taskType] ?? plain).map(({ configuration, ...parameters }) => ({
    configuration,
    price: dollars(listPrice({ taskType, model: air, ...parameters }, resultFields))
  }))
  return { pricingOverview: `From ${examples[0]?.price ?? dollars(0)}`, pricingExamples: examples }
}

/** Requests to price, cheapest first. */
const requests: Readonly<Record<string, ReadonlyArray<{ readonly configuration: string }>>> = {
  imageInference: [512, 1024, 2048].map((side) => ({
    configuration: `${side}×${side}`,
    width: side,
    height: side
  })),
  videoInference: [5, 10].map((duration) => ({ configuration: `${duration} s`, duration, width: 1280, height: 720 })),
  audioInference: [10, 60].map((duration) => ({ configuration: `${duration} s`, duration }))
}

const plain = [{ configuration: "1 result" }]

/** Millionths of a dollar as people write them: at least cents, and no zeros at the end. */
const dollars = (millionths: number): string =>
  `$${(millionths / 1_000_000).toFixed(6).replace(/(?<cents>\.\d\d\d*?)0+$/, "$<cents>")}`
