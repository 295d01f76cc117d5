/**
 * Who pays, and what each account has used.
 *
 * @since 0.1.0
 */
import type * as HashMap from "effect/HashMap"

/**
 * Who pays. Amounts are in millionths of a US dollar, so that sums are exact.
 *
 * @since 0.1.0
 * @category models
 */
export interface Account {
  readonly balance: number
  /** Set aside for generations that still run. */
  readonly reserved: number
  readonly billed: number
}

/**
 * What was used of one model in a quarter of an hour.
 *
 * @since 0.1.0
 * @category models
 */
export interface UsageCell {
  readonly startsAt: number
  /** Its AIR; empty where a task named none. */
  readonly model: string
  /** Tasks that were accepted. */
  readonly requests: number
  readonly results: number
  /** Millionths of a US dollar. */
  readonly spend: number
  /** Refused tasks, and generations that failed by a fault of the caller. */
  readonly clientErrors: number
  readonly serverErrors: number
  /** How long each result took, the latest first. */
  readonly seconds: Durations | undefined
}

/**
 * Durations in seconds, as a list that grows at its front.
 *
 * @since 0.1.0
 * @category models
 */
export interface Durations {
  readonly first: number
  readonly rest: Durations | undefined
}

/**
 * What was used with one key.
 *
 * @since 0.1.0
 * @category models
 */
export interface Usage {
  readonly lastUsedAt: number | undefined
  readonly cells: HashMap.HashMap<string, UsageCell>
}
