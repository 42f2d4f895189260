import { Agent } from 'node:http'
import { expect } from 'vitest'
import type { Baton } from './baton.ts'
import { childrenOf } from './children-of.ts'
import { type CallOptions, httpCall, type Reply } from './clients/http-call.ts'

/** A connection to one worker, kept from call to call. */
type AtWorker = (path: string, options?: CallOptions) => Promise<Reply>

/** The ids of the worker processes that there are. */
export function workerPids({ process: { pid } }: Pick<Baton, 'process'>): number[] {
  return childrenOf(pid)
}

/** Whether there is a process with this id. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * Opens a connection that this worker takes: the others are held still meanwhile, as the system shares
 * connections out as it likes.
 */
export async function connectToWorker(baton: Baton, pid: number): Promise<AtWorker> {
  const others = workerPids(baton).filter((other) => other !== pid)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const call: AtWorker = (path, options = {}) => httpCall(baton.address, path, { ...options, agent })
  for (const other of others) process.kill(other, 'SIGSTOP')
  try {
    const { status } = await call('/api/health')
    expect(status).toBe(200)
  } finally {
    for (const other of others) process.kill(other, 'SIGCONT')
  }
  return call
}
