import { defineConfig } from "vitest/config"
import { project } from "./vitest.workspace.ts"

/** Apart from the workspace's, so that the tests that everybody runs need no browser and no download of 350 MB. */
export default defineConfig({
  test: {
    ...project("runtimes", "test", 60_000).test,
    include: ["runtimes/*.test.ts"],
    globalSetup: ["runtimes/binaries.ts", "packed.ts"]
  }
})
