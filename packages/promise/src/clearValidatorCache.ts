/**
 * Forgets the schemas of every client.
 *
 * @since 0.1.0
 */
import { clearings } from "./internal/clearings.ts"

/**
 * Makes every client forget the schemas that it checked tasks against: its next check asks the service again. A client's
 * own `clearValidatorCache` does that for one.
 *
 * @since 0.1.0
 * @category validation
 */
export const clearValidatorCache = (): void => {
  clearings.count++
}
