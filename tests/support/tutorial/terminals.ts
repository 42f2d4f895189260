import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

type Running = { child: ChildProcess; output(): string }

/** The terminals of a reader, all of them in one folder. */
export function newTerminals(folder: string, env: NodeJS.ProcessEnv) {
  const running = new Map<string, Running>()

  function run(command: string): Running {
    // In a group of its own, as a terminal ends it by Ctrl-C.
    const child = spawn('bash', ['-ec', command], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    return { child, output: () => output }
  }

  async function interrupt({ child }: Running): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null || !child.pid) return
    const closed = once(child, 'close')
    process.kill(-child.pid, 'SIGINT')
    await closed
  }

  return {
    /** Types a command that ends, and gives what it wrote; throws with that where it fails. */
    async type(command: string): Promise<string> {
      const { child, output } = run(command)
      const [exitCode] = await once(child, 'close')
      if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}:\n${output()}`)
      return output()
    },
    /** Starts a command that goes on, in the terminal where the same one runs already if there is one. */
    async start(command: string): Promise<() => string> {
      const before = running.get(command)
      if (before) await interrupt(before)
      const started = run(command)
      running.set(command, started)
      return () => {
        if (started.child.exitCode !== null) throw new Error(`${command} has ended:\n${started.output()}`)
        return started.output()
      }
    },
    async close(): Promise<void> {
      await Promise.all([...running.values()].map(interrupt))
    },
  }
}
