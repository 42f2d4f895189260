import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const PREFIX_WIDTH = 17
const PATIENCE = 10_000
const END_WITH_PARENT = new URL('../end-with-parent.ts', import.meta.url).href

export type Child = {
  name: string
  /** Resolves when the process has ended, with a description of how. */
  ended: Promise<string>
  isRunning(): boolean
  /** Sends SIGTERM, kills the process after ten seconds, and waits for its end. */
  end(): Promise<void>
}

/** Starts a Node.js program that ends with this process. `onLine` gets each line of stdout and stderr. */
export function startChild(
  name: string,
  args: readonly string[],
  { env, onLine }: { env: NodeJS.ProcessEnv; onLine: (line: string) => void },
): Child {
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT, ...args], {
    env: { ...env, DEMO_PARENT: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A separate process group: Ctrl-C reaches only the demo, which then ends its children in order.
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', onLine)

  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`))
  })
  return { name, ended, isRunning: () => isRunning(child), end: () => end(child, ended) }
}

/** Creates a line printer that prefixes each line with the name of a process. */
export function prefixed(name: string): (line: string) => void {
  const prefix = `${name} |`.padStart(PREFIX_WIDTH + 2)
  return (line) => process.stdout.write(`${prefix} ${line}\n`)
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (!isRunning(child) || child.pid === undefined) return
  child.kill('SIGTERM')
  const group = -child.pid
  const timer = setTimeout(() => process.kill(group, 'SIGKILL'), PATIENCE)
  await ended
  clearTimeout(timer)
}
