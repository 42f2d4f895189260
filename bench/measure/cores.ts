import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Cores in the syntax of taskset (`0`, `0,1`); `undefined` when the system decides. */
export type CoreList = string | undefined

/** Where each kind of process runs. `any` is every core that this process may use. */
export type Cores = Record<'server' | 'generator' | 'partner' | 'any', CoreList> & { allowed: number }

/**
 * Plans the cores: the server under test gets one of its own, the load generator another. The partners
 * (backend, database) get a third one if there is one, else they share the generator's.
 */
export function planCores(): Cores {
  const allowed = allowedCores()
  const [server, generator, partner = generator] = allowed.map(String)
  if (generator === undefined || !hasTaskset())
    return {
      allowed: allowed.length,
      server: undefined,
      generator: undefined,
      partner: undefined,
      any: undefined,
    }
  return { allowed: allowed.length, server, generator, partner, any: allowed.join(',') }
}

/** Moves this process and its threads to a core. Processes that it starts inherit it. */
export function keepTo(cores: CoreList): void {
  if (cores !== undefined) spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)])
}

function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFile('/proc/self/status'))?.[1] ?? ''
  return list
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    })
}

function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version']).status === 0
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
