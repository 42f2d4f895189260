import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** Starts the production server with this environment alone, and waits until it has given up. */
export async function refusedStart(
  env: Record<string, string>,
): Promise<{ exitCode: number | null; output: string; log: string }> {
  const child = spawn(process.execPath, ['server.ts'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', LOG_LEVEL: 'silent', ...env },
  })
  // A server that starts after all would never end by itself.
  const deadline = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const [output, log] = await Promise.all([text(child.stderr), text(child.stdout)])
  clearTimeout(deadline)
  return { exitCode: child.exitCode ?? (await exitCodeOf(child)), output, log }
}

function exitCodeOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve))
}
