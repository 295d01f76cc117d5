/**
 * What `accountManagement` takes and answers, by operation. The service describes all four at once; here each has its own
 * fields. Nothing of this module exists at run time.
 *
 * @since 0.1.0
 */
import type { UtilityResults } from "./generated/results.ts"
import type { AccountManagementParams } from "./generated/utilities.ts"

/**
 * What can be asked of an account.
 *
 * @since 0.1.0
 * @category models
 */
export type AccountOperation = AccountManagementParams["operation"]

/**
 * The parameters of an account's report: a span of at most 30 days, and what to break it down by.
 *
 * @since 0.1.0
 * @category parameters
 */
export type AccountReportParams = Omit<AccountManagementParams, "operation" | "taskType">

/**
 * The parameters of an operation: details of the account take no span, reports do.
 *
 * @since 0.1.0
 * @category parameters
 */
export type AccountParams<Op extends AccountOperation> = { readonly operation: Op } & (Op extends "getDetails"
  ? Pick<AccountReportParams, "taskUUID"> & { readonly [K in Exclude<keyof AccountReportParams, "taskUUID">]?: never }
  : AccountReportParams)

/**
 * The result of each operation.
 *
 * @since 0.1.0
 * @category results
 */
export interface AccountResults {
  /** Balance, members, keys, and what was used in all. */
  readonly getDetails: AccountDetails
  /** Requests and what they cost. */
  readonly getUsageActivity: AccountReport<
    "getUsageActivity",
    { readonly count: number; readonly spend: number },
    {
      readonly totalRequests: number
      readonly totalResults: number
      readonly totalSpend: number
      readonly avgDailySpend: number
      readonly projectedSpend: number
    }
  >
  /** How long inference took, in seconds. */
  readonly getUsagePerformance: AccountReport<
    "getUsagePerformance",
    {
      readonly avgInferenceTime: number | null
      readonly p90InferenceTime: number | null
      readonly p99InferenceTime: number | null
    },
    {
      readonly avgInferenceTime?: number
      readonly p50InferenceTime?: number
      readonly p90InferenceTime?: number
      readonly p99InferenceTime?: number
    }
  >
  /** Requests that failed; `errorRate` is in per cent. */
  readonly getUsageErrors: AccountReport<
    "getUsageErrors",
    { readonly clientErrors: number; readonly serverErrors: number },
    { readonly totalErrors: number; readonly errorRate: number }
  >
}

type Answered = UtilityResults["accountManagement"]

/**
 * The details of an account.
 *
 * @since 0.1.0
 * @category results
 */
export interface AccountDetails {
  readonly taskType: "accountManagement"
  readonly taskUUID: string
  readonly operation: "getDetails"
  /** The account's name. */
  readonly organizationName: string
  /** Identifies the account. */
  readonly organizationUUID: string
  /** What is left to spend. */
  readonly balance: NonNullable<Answered["balance"]>
  /** The members of the account. */
  readonly team: NonNullable<Answered["team"]>
  /** The account's API keys, masked. */
  readonly apiKeys: NonNullable<Answered["apiKeys"]>
  /** Requests and credits by period. */
  readonly usage: {
    readonly [Period in "today" | "last7Days" | "last30Days" | "total"]: {
      readonly credits: number
      readonly requests: number
    }
  }
  readonly [field: string]: unknown
}

/**
 * A report: rows and totals for each way in which `groupBy` asked to break them down.
 *
 * @since 0.1.0
 * @category results
 */
export interface AccountReport<Op extends AccountOperation, Figures, Totals> {
  readonly taskType: "accountManagement"
  readonly taskUUID: string
  readonly operation: Op
  /** First day of the report. */
  readonly startDate?: string
  /** Last day of the report. */
  readonly endDate?: string
  readonly usage: {
    /** By day. */
    readonly timeseries?: AccountTable<Figures, Totals>
    /** By model. */
    readonly model?: AccountTable<Figures, Totals>
    /** By API key. */
    readonly apiKey?: AccountTable<Figures, Totals>
  }
  readonly [field: string]: unknown
}

/**
 * One table of a report.
 *
 * @since 0.1.0
 * @category results
 */
export interface AccountTable<Figures, Totals> {
  readonly data: ReadonlyArray<
    Figures & {
      readonly date?: string
      /** The model's AIR. */
      readonly model?: string
      readonly modelName?: string
      /** The API key, masked. */
      readonly apiKey?: string
    }
  >
  readonly meta: Totals
}
