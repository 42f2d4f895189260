import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export type Running = Awaited<ReturnType<typeof startProcess>>

export type Command = [command: string, ...args: string[]]

/** Starts a process and waits until its port answers. Throws with its output when it ends before that. */
export async function startProcess(
  [command, ...args]: Command,
  port: number,
  env: Record<string, string> = {},
) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => said.push(text))
  const failed = once(child, 'error').then(([error]) => said.push(String(error)))

  while (!(await answers(port))) {
    if (child.exitCode !== null || child.pid === undefined) {
      if (child.pid === undefined) await failed
      throw new Error(`${command} ${args.join(' ')} did not start:\n${said.join('')}`)
    }
    await pause(50)
  }
  return {
    url: `http://127.0.0.1:${port}`,
    /** Everything that it wrote. */
    output: () => said.join(''),
    stop: () => stop(child),
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
