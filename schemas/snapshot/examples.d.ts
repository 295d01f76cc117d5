import type { ExampleRequest } from "@effect-runware/schemas"

declare const examples: ReadonlyArray<ExampleRequest>
export default examples
