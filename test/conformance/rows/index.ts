/** The rows of all areas. */
import type { Row } from "../row.ts"
import { calls } from "./calls.ts"
import { content } from "./content.ts"
import { deadlines } from "./deadlines.ts"
import { delivery } from "./delivery.ts"
import { environment } from "./environment.ts"
import { errors } from "./errors.ts"
import { files } from "./files.ts"
import { models } from "./models.ts"
import { settings } from "./options.ts"
import { pacing } from "./pacing.ts"
import { streaming } from "./streaming.ts"
import { utilities } from "./utilities.ts"

export const rows: ReadonlyArray<Row> = [
  ...models,
  ...delivery,
  ...calls,
  ...streaming,
  ...errors,
  ...utilities,
  ...content,
  ...files,
  ...settings,
  ...deadlines,
  ...pacing,
  ...environment
]
