import { setTimeout as wait } from 'node:timers/promises'

const BETWEEN_TRIES = 100

/** Waits until the address answers with status 200, or until `signal` aborts. */
export async function waitUntilReady(address: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await answers(address)) return
    await wait(BETWEEN_TRIES)
  }
  signal.throwIfAborted()
}

async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(30_000) })
    await response.body?.cancel()
    return response.status === 200
  } catch {
    return false
  }
}
