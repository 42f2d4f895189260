import type { Bench } from '../bench.ts'
import { startServer } from '../measure/start-server.ts'
import { emptyDatabase } from '../partners/postgres.ts'

export const betterAuthName = 'better-auth'

const people = 16

export type BetterAuth = {
  name: string
  pids: readonly number[]
  port: number
  /** The headers of a signed-in person. */
  headers(caller: number): Record<string, string>
}

/** Returns better-auth with its one-time-token plugin on the run's PostgreSQL, and signed-in people. */
export function betterAuthOf(bench: Bench): Promise<BetterAuth> {
  return bench.once(betterAuthName, async () => {
    const { process, port, host } = await startServer(bench, {
      name: betterAuthName,
      args: () => [new URL('./better-auth-server.ts', import.meta.url).pathname],
      env: { DATABASE_URL: await emptyDatabase(bench, 'better_auth') },
      cores: bench.cores.server,
      ready: '/api/auth/ok',
    })
    const cookies: string[] = []
    for (let person = 0; person < people; person++) cookies.push(await signedUp(`http://${host}`, person))
    return {
      name: betterAuthName,
      pids: [process.pid],
      port,
      headers: (caller) => ({ host, origin: `http://${host}`, cookie: cookies[caller % people] ?? '' }),
    }
  })
}

async function signedUp(origin: string, person: number): Promise<string> {
  const response = await fetch(`${origin}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({
      name: `Person ${person}`,
      email: `person${person}@example.org`,
      password: 'a password of the bench',
    }),
  })
  if (!response.ok) throw new Error(`no account at better-auth: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}
