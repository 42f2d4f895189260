import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CoreList } from './cores.ts'
import { HttpConnection } from './http-connection.ts'

const endWithParent = new URL('../../demo/end-with-parent.ts', import.meta.url).href
const patience = 10_000
const longestOutput = 20_000

export type StartedProcess = {
  name: string
  pid: number
  /** The start, on the clock of `performance.now()`. */
  startedAt: number
  /** The last part of its output. */
  output(): string
  /** Sends SIGTERM, then SIGKILL after ten seconds. Resolves when the process has ended. */
  stop(): Promise<void>
  hasEnded(): boolean
  ended: Promise<void>
}

export type ProcessOptions = {
  name: string
  /** Arguments of Node.js, or of the program in `command`. */
  args: readonly string[]
  command?: string
  env?: Record<string, string>
  cwd?: string
  cores: CoreList
}

/** Starts a server as a separate process, on its cores and with its own environment. */
export function startProcess({ name, args, command, env, cwd, cores }: ProcessOptions): StartedProcess {
  const program = command ? [command, ...args] : [process.execPath, '--import', endWithParent, ...args]
  const [first = '', ...rest] = cores === undefined ? program : ['taskset', '-c', cores, ...program]
  const startedAt = performance.now()
  const child = spawn(first, rest, {
    // Ctrl-C reaches only the bench, which then ends what it started.
    detached: true,
    stdio: command ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      DEMO_PARENT: String(process.pid),
      ...env,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output = (output + chunk).slice(-longestOutput)
    })
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  const ended = once(child, 'exit').then(
    () => {},
    (error: Error) => {
      output += error.message
    },
  )
  return {
    name,
    pid: child.pid ?? 0,
    startedAt,
    output: () => output,
    hasEnded,
    ended,
    async stop() {
      if (hasEnded()) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), patience)
      await ended
      clearTimeout(timer)
    },
  }
}

/**
 * Waits until the server answers this request with 200. Throws with its output when it ends or takes longer
 * than a minute.
 */
export async function untilItAnswers(server: StartedProcess, port: number, request: Buffer): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    if (await answers(port, request)) return
    if (server.hasEnded() || performance.now() > deadline)
      throw new Error(`${server.name} did not start:\n${server.output()}`)
    await sleep(5)
  }
}

async function answers(port: number, request: Buffer): Promise<boolean> {
  try {
    const connection = await HttpConnection.open(port)
    try {
      return (await connection.request(request)).status === 200
    } finally {
      connection.close()
    }
  } catch {
    return false
  }
}
