import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Outgoing connections take ports above these. `fetch` refuses 10080.
const [first, afterLast] = [10_100, 32_000]
const claims = join(tmpdir(), `baton-ports-${process.getuid?.() ?? 'all'}`)
const own: string[] = []

// A process that is killed, as Vitest does with its workers, leaves its claims to the next that meets them.
process.once('exit', () => {
  for (const claim of own) rmSync(claim, { force: true })
})

/** A port that nobody listens on, and that no other test process gets before this process ends. */
export async function freePort(): Promise<number> {
  mkdirSync(claims, { recursive: true })
  for (;;) {
    const port = randomInt(first, afterLast)
    const claim = join(claims, String(port))
    if (!create(claim)) {
      removeIfDead(claim)
      continue
    }
    own.push(claim)
    if (await isFree(port)) return port
  }
}

function create(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

// Several processes may find the same dead claim. The lock lets one of them look again and remove it; the
// others would remove the claim that somebody has made since.
function removeIfDead(claim: string): void {
  const owner = ownerOf(claim)
  const lock = `${claim}.${owner}`
  if (isAlive(owner) || !create(lock)) return
  if (ownerOf(claim) === owner) rmSync(claim)
  rmSync(lock)
}

/** The process of a claim; 0 when the claim has gone or is being written. */
function ownerOf(claim: string): number {
  try {
    return Number(readFileSync(claim, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

// Some systems let a server listen on all addresses while another listens on one of them.
async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '0.0.0.0', '::1'])
    try {
      const server = createServer().listen(port, host)
      await once(server, 'listening')
      await once(server.close(), 'close')
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE') return false
      // There may be no IPv6 here.
      if (host !== '::1') throw error
    }
  return true
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
