import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const start = promisify(execFile)
/** Milliseconds. */
const longest = 300_000

/** Runs a program to its end and gives what it wrote. Throws with that where it fails. */
export async function run(
  file: string,
  args: readonly string[],
  { cwd, env }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<string> {
  try {
    return (
      await start(file, args, { cwd, env: env ?? process.env, maxBuffer: 64 * 1024 * 1024, timeout: longest })
    ).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${[file, ...args].join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}
