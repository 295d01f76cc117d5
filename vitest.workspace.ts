import { defineConfig } from "vitest/config"

const project = (name: string, root: string, timeout = 10_000) => ({
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
      {
        test: { ...project("system", "test", 120_000).test, include: ["src/**/*.test.ts"] }
      }
    ]
  }
})
