/**
 * Whether tasks may travel together. A service may take one task a request only, and say so, or answer one of them and stay
 * silent about the rest: either is noticed, and from then on each task goes alone.
 */
import type { Envelope } from "../Envelope.ts"
import { fromWire } from "../RunwareError.ts"

/** Requests in a row that must look refused before silence counts as a refusal: a lost reply looks the same. */
const proof = 3

export class Company {
  #suspicions = 0
  #isRefused = false

  get isRefused(): boolean {
    return this.#isRefused
  }

  /** The service has said that it takes no company. */
  refuse(): void {
    this.#isRefused = true
  }

  /** Several tasks went together: was more than one of them answered, or is that in doubt? */
  came(end: "welcome" | "doubtful"): void {
    this.#suspicions = end === "welcome" ? 0 : this.#suspicions + 1
    if (this.#suspicions >= proof) this.refuse()
  }
}

/** Whether a reply refuses its whole request as malformed: no item, and errors that name no task. */
export const isRefusal = ({ errors, items }: Envelope): boolean =>
  items.length === 0 &&
  errors.length > 0 &&
  errors.every((error) => error.taskUUID === undefined && fromWire(error).code === "validation")
