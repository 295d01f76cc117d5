/** A program of a user, in a process of its own, in the project that the packed package is installed in. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { inject } from "vitest"

/** Runs an ES module with the environment given, and gives what it printed. */
export const runProgram = (
  program: string,
  environment: Readonly<Record<string, string>>
): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: inject("packedProject"),
    env: { PATH: process.env["PATH"], ...environment },
    timeout: 15_000
  })
