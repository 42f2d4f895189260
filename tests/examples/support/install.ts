import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cleanEnvironment } from './start-process.ts'

const run = promisify(execFile)

/**
 * Installs an example by its own lockfile, as its README says. Throws with npm's output where that fails.
 */
export async function install(folder: string): Promise<void> {
  await npm(folder, 'ci', '--no-audit', '--no-fund')
}

/** Runs `npm` in the folder of an example, and gives what it wrote. */
export function npm(folder: string, ...args: string[]): Promise<string> {
  return npmWith({}, folder, ...args)
}

/** The same with more in its environment. */
export async function npmWith(
  env: Record<string, string>,
  folder: string,
  ...args: string[]
): Promise<string> {
  const options = { cwd: folder, env: { ...cleanEnvironment(), ...env }, maxBuffer: 64 * 1024 * 1024 }
  try {
    return (await run('npm', args, options)).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`npm ${args.join(' ')} in ${folder} failed:\n${stdout}\n${stderr}`, { cause: error })
  }
}
