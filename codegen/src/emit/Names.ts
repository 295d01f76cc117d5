/**
 * Writes the literal types: every AIR, slug, architecture, modality and operation by name.
 */
import type { RegistryData } from "@effect-runware/schemas/registry"
import { banner, literal } from "./Text.ts"

const union = (name: string, description: string, members: ReadonlyArray<string>): string =>
  [
    `/**\n * ${description}\n *\n * @since 0.1.0\n * @category models\n */`,
    `export type ${name} =`,
    ...[...new Set(members)].toSorted().map((member) => `  | ${literal(member)}`),
    ""
  ].join("\n")

/** The text of `generated/names.ts`. */
export const emitNames = (registry: RegistryData): string => {
  const slugs = Object.values(registry.models).map((model) => model.id)
  return [
    banner,
    union("ModelAir", "The AIR of a curated model.", Object.keys(registry.models)),
    union("ModelSlug", "The slug of a curated model.", slugs),
    union("Architecture", "An architecture of community models.", Object.keys(registry.architectureTaskTypes)),
    union("Modality", "What a model yields.", Object.keys(registry.modalityTaskTypes)),
    union("Operation", "What a model does to a given medium.", Object.keys(registry.operationTaskTypes))
  ].join("\n")
}
