import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'

type Program = {
  command: readonly [string, ...string[]]
  /** Relative to the repository. */
  cwd: string
  env?: Record<string, string>
  /** What it writes when it answers. */
  ready: RegExp
}

export type Running = Awaited<ReturnType<typeof startProcess>>

/** Starts a program and waits until it says that it is ready. Throws with its output when it does not. */
export async function startProcess({ command, cwd, env, ready }: Program, { seconds = 60 } = {}) {
  const [file, ...args] = command
  // A group of its own: what `npm` has started ends with it.
  const child = spawn(file, args, {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const ended = once(child, 'close').catch(() => {})
  let said = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fail = (how: string) => reject(new Error(`${command.join(' ')} ${how}:\n${said}`))
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      // Some programs write colours where `CI` is set.
      said += stripVTControlCharacters(text)
      if (ready.test(said)) resolve()
    })
  child.once('error', (error) => fail(error.message))
  child.once('exit', (code, signal) => fail(`ended (${code ?? signal})`))
  const late = setTimeout(() => fail(`was not ready after ${seconds} seconds`), seconds * 1000)
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGTERM')
    await ended
  }
  try {
    await promise
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(late)
  }
  return {
    /** Everything that it wrote. */
    output: () => said,
    stop,
  }
}

/** This process's environment without what `npm run` tells its scripts about this repository. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const told =
    /^(npm_(package|lifecycle|execpath|command|node|config_(local_)?prefix)|INIT_CWD|NODE_ENV|VITEST)/
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !told.test(name)),
  ) as NodeJS.ProcessEnv
}
