import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

type BatonOptions = {
  /** The configuration file's content. */
  config: object
  /** The content of `baton.hooks.ts` beside it. */
  hooks?: string
  /** Other files beside it, by their names. */
  files?: Record<string, string | Buffer>
  /** `DATABASE_URL`, or the folder of an embedded database. */
  database: { url: string } | { dataDir: string }
  /** The host of the public address, an IPv6 address in brackets. Default: `localhost`. */
  publicHost?: string
  /** The public port; instances behind one public address differ in `port` alone. */
  publicPort?: number
  port?: number
  /** Whether its wall clock can be set. */
  hasOwnClock?: boolean
  /** Whether it tells what memory it holds. */
  isMeasured?: boolean
  /** Where it is installed. Default: here. */
  folder?: string
  env?: Record<string, string>
}

export type Baton = {
  /** The public origin. */
  url: string
  /** Where this process listens; the same but for instances that share one public address. */
  address: string
  process: ChildProcess
  /** Its configuration file. */
  configPath: string
  /** Everything that it logged so far. */
  log(): string
  /** Sets its own clock so many seconds off the true time. */
  setClock(offset: number): Promise<void>
  /** Its bytes of memory, after a collection of garbage. */
  measure(): Promise<{ heap: number; external: number }>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

/**
 * Where the server keeps what it has compiled, in the folder where it is installed. A process that knows it
 * from the beginning finds its first file there too, and need not load what removes types.
 */
export const compileCache = '.next/cache/node'

export const authSecret = 'a secret of the tests that is long enough'

/** Starts the production server as its own process and waits until it is ready. */
export async function startBaton(options: BatonOptions): Promise<Baton> {
  const port = options.port ?? (await freePort())
  const { publicHost = 'localhost' } = options
  const url = `http://${publicHost}:${options.publicPort ?? port}`
  const listenAt = publicHost === '[::1]' ? '::1' : '127.0.0.1'
  const folder = await mkdtemp(join(tmpdir(), 'baton-config-'))
  const configPath = join(folder, 'baton.config.json')
  await writeFile(configPath, JSON.stringify(options.config))
  if (options.hooks !== undefined) await writeFile(join(folder, 'baton.hooks.ts'), options.hooks)
  for (const [name, content] of Object.entries(options.files ?? {}))
    await writeFile(join(folder, name), content)

  const clock = options.hasOwnClock ? ['--import', join(import.meta.dirname, 'own-clock.ts')] : []
  const probe = options.isMeasured
    ? ['--expose-gc', '--import', join(import.meta.dirname, 'memory-probe.ts')]
    : []
  const isAsked = options.hasOwnClock || options.isMeasured
  const child = spawn(process.execPath, [...clock, ...probe, ...entry(listenAt, port)], {
    ...(options.folder && { cwd: options.folder }),
    stdio: ['ignore', 'pipe', 'pipe', ...(isAsked ? ['ipc' as const] : [])],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      BATON_URL: url,
      HOST: listenAt,
      PORT: String(port),
      AUTH_SECRET: authSecret,
      DRAIN_SECONDS: '0',
      NODE_COMPILE_CACHE: compileCache,
      BATON_CONFIG: configPath,
      ...('url' in options.database
        ? { DATABASE_URL: options.database.url }
        : { BATON_DATA_DIR: options.database.dataDir }),
      ...options.env,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const exited = once(child, 'exit').finally(() => rm(folder, { recursive: true, force: true }))

  const address = `http://${listenAt === '::1' ? '[::1]' : listenAt}:${port}`
  const deadline = Date.now() + 110_000
  while (!(await isReady(address))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      // It would run on when the tests have ended, and take time from those that come.
      child.kill('SIGKILL')
      throw new Error(`Baton did not start:\n${output}`)
    }
    await sleep(50)
  }
  return {
    url,
    address,
    process: child,
    configPath,
    log: () => output,
    async measure() {
      child.send('measure')
      const [told] = await once(child, 'message')
      return told
    },
    async setClock(offset) {
      child.send(offset)
      await once(child, 'message')
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
      return child.exitCode
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

// The same tests run with Next as the entry.
function entry(listenAt: string, port: number): string[] {
  if (process.env.BATON_ENTRY !== 'next') return ['server.ts']
  return ['node_modules/next/dist/bin/next', 'start', '-H', listenAt, '-p', String(port)]
}

async function isReady(address: string): Promise<boolean> {
  return fetch(`${address}/api/ready`).then(
    (response) => response.ok,
    () => false,
  )
}
