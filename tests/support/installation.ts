import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

type Ran = { exitCode: number | null; output: string }

const groups = /^(?:BATON_|VITEST|AUTH_|DATABASE_|LOG_|OTEL_|METRICS_|npm_(?!config_))/
const single = /^(?:NODE_ENV|NODE_COMPILE_CACHE|PORT|HOST|BASE_URL|TEST|MODE|DEV|PROD|SSR)$/

/** What an operator's shell has, and nothing that belongs to these tests. */
export const shell = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !groups.test(name) && !single.test(name)),
) as NodeJS.ProcessEnv

/** Copies what the repository has, with what is not committed yet, into a folder. */
export async function copyRepository(folder: string): Promise<void> {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  for (const file of files.split('\n').filter(Boolean))
    await cp(file, join(folder, file)).catch((error) => {
      // What git knows may have been removed here.
      if (error.code !== 'ENOENT') throw error
    })
}

/** An empty folder with what the repository has, in which nothing is installed yet. */
export async function newInstallation() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-installation-'))
  await copyRepository(folder)
  const port = await freePort()
  const url = `http://localhost:${port}`
  let stopRunning: (() => Promise<void>) | undefined

  const npm = async (...args: string[]): Promise<Ran> => {
    const child = spawn('npm', args, { cwd: folder, env: shell, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const [exitCode] = await once(child, 'close')
    return { exitCode, output }
  }

  return {
    folder,
    url,
    npm,
    /** The operator's command line. */
    baton: (...args: string[]) => npm('run', '-s', 'baton', '--', ...args),
    /** Writes `.env`. */
    environment: (variables: Record<string, string>) =>
      writeFile(
        join(folder, '.env'),
        Object.entries({
          BATON_URL: url,
          HOST: '127.0.0.1',
          PORT: String(port),
          DRAIN_SECONDS: '0',
          ...variables,
        })
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      ),
    configuration: (content: object) =>
      writeFile(join(folder, 'baton.config.json'), JSON.stringify(content, null, 2)),
    /** `npm start`: gives its log once it is ready, or what it said when it has ended without. */
    async start(): Promise<Ran & { log(): string }> {
      // In a group of its own, as a terminal or an init system would end it.
      const child = spawn('npm', ['start'], {
        cwd: folder,
        env: shell,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
      const closed = once(child, 'close')
      stopRunning = async () => {
        if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGTERM')
        await closed
      }
      while (child.exitCode === null && !(await isReady(url))) await sleep(100)
      if (child.exitCode !== null) await closed
      return { exitCode: child.exitCode, output, log: () => output }
    },
    async stop(): Promise<void> {
      await stopRunning?.()
      stopRunning = undefined
    },
    async close(): Promise<void> {
      await stopRunning?.()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/api/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}
