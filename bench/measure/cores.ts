import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Cores as taskset has them (`0`, `0,1`); `undefined` where the system decides alone. */
export type CoreList = string | undefined

/** Where each kind of process runs; `any` is every core that this process may use. */
export type Cores = Record<'server' | 'generator' | 'partner' | 'any', CoreList> & { allowed: number }

/**
 * Gives the server under test a core of its own; the load generator has another, and its partners (backend,
 * database) the next one where there are more than two.
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

/** Moves this process, with its threads, to a core; what it starts inherits that. */
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
