/** A row of the table of bad inputs: a call that can't be, and how it has to be refused. */

/** How a bad input is refused: by code, by the parameter at fault, and with a hint in the message. */
export interface BadInput {
  readonly title: string
  /** The call, by the name that both clients have for it; `config` makes a client. */
  readonly call: string
  readonly args: ReadonlyArray<unknown>
  readonly code: string
  readonly parameter: string | undefined
  readonly hint: string
  /** The only client that has it; both unless stated. */
  readonly only?: "promise" | "effect"
}

/** A bad input without the call: what is wrong, what was passed, the parameter that is named, the hint. */
export type Case = readonly [title: string, args: ReadonlyArray<unknown>, parameter: string | undefined, hint: string]

/** Rows of one call, all of which are refused as wrong input. */
export const refused = (call: string, cases: ReadonlyArray<Case>, only?: BadInput["only"]): ReadonlyArray<BadInput> =>
  cases.map(([title, args, parameter, hint]) =>
    Object.assign(
      { title: `${call}: ${title}`, call, args, code: "validation", parameter, hint },
      only === undefined ? {} : { only }
    )
  )

/** An image that nothing is wrong with. */
export const image = {
  model: "runware:101@1",
  positivePrompt: "a lighthouse in fog",
  width: 512,
  height: 512
} as const

/** A text that nothing is wrong with. */
export const text = { model: "deepseek:v4@flash", messages: [{ role: "user", content: "Why?" }] } as const

export const uuid = "7d3f7c1e-4f0a-4b5c-8d9e-0a1b2c3d4e5f"
