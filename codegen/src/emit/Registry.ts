/**
 * Writes the registry module: models as one text per task type, the small tables as they are.
 */
import type { RegistryData } from "@effect-runware/schemas/registry"
import { slugOfAir } from "@effect-runware/schemas/registry"
import { banner, literal } from "./Text.ts"

const line = (air: string, slug: string): string => (slug === slugOfAir(air) ? air : `${air} ${slug}`)

const table = (name: string, entries: Readonly<Record<string, string>>): string =>
  `export const ${name}: Readonly<Record<string, string>> = ${literal(entries)}\n`

/** The text of `generated/version.ts`: apart, so that a bundle may know the release without its models. */
export const emitVersion = ({ version }: RegistryData): string =>
  [banner, `export const version = ${literal(version)}\n`].join("\n")

/** The text of `generated/registry.ts`. */
export const emitRegistry = (registry: RegistryData): string => {
  const models = Object.entries(registry.models)
  const taskTypes = [...new Set(models.map(([, model]) => model.taskType))].toSorted()
  const lines = Object.fromEntries(
    taskTypes.map((taskType) => [
      taskType,
      models
        .filter(([, model]) => model.taskType === taskType)
        .map(([air, model]) => line(air, model.id))
        .toSorted()
        .join("\n")
    ])
  )
  return [
    banner,
    `export const modelLines: Readonly<Record<string, string>> = ${literal(lines)}\n`,
    table("architectureTaskTypes", registry.architectureTaskTypes),
    table("modalityTaskTypes", registry.modalityTaskTypes),
    table("operationTaskTypes", registry.operationTaskTypes)
  ].join("\n")
}
