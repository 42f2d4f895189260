import { get as httpGet } from 'node:http'
import { get as httpsGet } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'

const BETWEEN_TRIES = 100

/**
 * Waits until the address answers with status 200, or until `signal` aborts. `ca` is the authority that has
 * signed its certificate.
 */
export async function waitUntilReady(address: string, signal: AbortSignal, ca?: Buffer): Promise<void> {
  while (!signal.aborted) {
    if (await answers(address, ca)) return
    await wait(BETWEEN_TRIES)
  }
  signal.throwIfAborted()
}

// Not by `fetch`, which takes no authority of its own.
function answers(address: string, ca: Buffer | undefined): Promise<boolean> {
  const get = ca ? httpsGet : httpGet
  return new Promise((resolve) => {
    const request = get(address, { ca, agent: false, timeout: 30_000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(false))
  })
}
