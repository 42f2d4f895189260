import { connect } from 'node:net'
import type { Stage } from '../support/stage.ts'
import { randomOf } from './random.ts'
import { type Known, requestOf } from './requests.ts'

/** Milliseconds within which a whole request has its answer, and one that is broken off its end. */
const patience = 15_000
const atOnce = 16
const mayFail = new Set([502, 503, 504])
/** Addresses whose answers come from elsewhere. */
const elsewhere = /^\w+ \/api\/(?:backends\/|token)/i

/**
 * Sends so many requests to Baton, each on a connection of its own. Gives what is not to be (an answer of 5xx
 * that the contract does not name, a hang, a fault in the log), and how often each status was answered.
 */
export async function fuzz(
  { baton, partners, signedIn, newcomer }: Stage,
  paths: readonly string[],
  { count, seed, progress }: { count: number; seed: number; progress?(done: number): void },
): Promise<{ faults: string[]; answers: Record<string, number> }> {
  const [person, bob] = [await signedIn(), await signedIn('bob')]
  const spent = (await person.askForNonce()).nonce
  await newcomer().redeem(spent)
  const known: Known = {
    host: new URL(baton.url).host,
    origin: baton.url,
    paths,
    cookies: [await person.cookies(), await bob.cookies()],
    secrets: [spent, (await person.askForNonce()).nonce, await partners.trustedIssuer.idToken(baton.url)],
  }
  const random = randomOf(seed)
  const faults: string[] = []
  const answers: Record<string, number> = {}
  let left = count
  async function oneByOne(): Promise<void> {
    while (left-- > 0) {
      if (left % 1000 === 0) progress?.(count - left)
      const { bytes, line, isWhole } = requestOf(random, known)
      const status = await statusOf(baton.address, bytes, { ends: !isWhole })
      answers[status] = (answers[status] ?? 0) + 1
      const isMissing = status === 'hang' || (isWhole && status === 0)
      if (isMissing || (status >= 500 && !(mayFail.has(status) && elsewhere.test(line))))
        faults.push(`${status}: ${line}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, oneByOne))
  if (!(await fetch(`${baton.address}/api/ready`)).ok) faults.push('not ready afterwards')
  const broken = baton
    .log()
    .split('\n')
    .filter((entry) =>
      /server_error|temporarily_unavailable|nothing has caught|unhandledRejection/i.test(entry),
    )
  return { faults: [...faults, ...broken], answers }
}

/** The status of the answer to these bytes; 0 when the connection ended without one. */
function statusOf(address: string, bytes: Buffer, { ends }: { ends: boolean }): Promise<number | 'hang'> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) }, () =>
      ends ? socket.end(bytes) : socket.write(bytes),
    )
    const late = setTimeout(() => settle('hang'), patience)
    let received = ''
    const settle = (status: number | 'hang') => {
      clearTimeout(late)
      socket.destroy()
      resolve(status)
    }
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      const [, status] = /^HTTP\/1\.1 ([2-5]\d\d) /m.exec(received) ?? []
      if (status) settle(Number(status))
    })
    socket.on('error', () => settle(0)).on('close', () => settle(0))
  })
}
