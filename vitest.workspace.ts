import { defineConfig } from "vitest/config"

// vitest's reporter needs it to print a failure, and Node 20 doesn't have it yet.
Map.groupBy ??= <K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, Array<T>> => {
  const groups = new Map<K, Array<T>>()
  let index = 0
  for (const item of items) {
    const key = keyOf(item, index++)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

export const project = (name: string, root: string, timeout = 10_000) => ({
  test: {
    name,
    root,
    include: ["test/**/*.test.ts"],
    testTimeout: timeout,
    hookTimeout: timeout
  }
})

export default defineConfig({
  test: {
    projects: [
      project("schemas", "schemas"),
      project("codegen", "codegen", 60_000),
      project("core", "packages/core"),
      project("node", "packages/node"),
      project("emulator", "packages/emulator", 30_000),
      project("promise", "packages/promise", 30_000),
      project("testing", "packages/testing"),
      project("examples", "examples"),
      {
        test: {
          ...project("system", "test", 120_000).test,
          include: ["src/**/*.test.ts", "conformance/**/*.test.ts"],
          globalSetup: "packed.ts"
        }
      }
    ]
  }
})
