import { encode } from 'next-auth/jwt'
import { freePort } from '../../tests/support/free-port.ts'
import type { Bench } from '../bench.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { type StartedProcess, untilItAnswers } from '../measure/start-process.ts'
import { backendOf } from '../partners/backend.ts'
import { builtNextApp, nextProgram } from './build-next-app.ts'
import type { ProxyServer } from './proxy.ts'

export const guideName = 'Auth.js guide'
export const bareName = 'bare Next route'

const secret = 'a secret of the bench that is long enough'
const cookieName = 'authjs.session-token'
// As long as a JWT of the demo identity provider, so that the cookie costs as much to open as Baton's.
const accessToken = `eyJ${'x'.repeat(700)}`

/** Returns the Auth.js guide's handler and a route that only fetches, in one Next app under `next start`. */
export async function nextRoutesOf(bench: Bench): Promise<[guide: ProxyServer, bare: ProxyServer]> {
  const { port, process } = await nextAppOf(bench)
  const host = `localhost:${port}`
  const cookie = await bench.once('a session of the Auth.js guide', sessionCookie)
  const proxy = { pids: [process.pid], ports: [port], isNext: true }
  return [
    { ...proxy, name: guideName, prefix: '/api/guide', headers: () => ({ host, cookie }) },
    { ...proxy, name: bareName, prefix: '/api/bare', headers: () => ({ host }) },
  ]
}

/** Starts `next start` on its own port, without waiting until it is ready. */
export async function startNextApp(bench: Bench): Promise<{ process: StartedProcess; port: number }> {
  const folder = await builtNextApp(bench)
  const { url } = await backendOf(bench)
  const port = await freePort()
  const process = bench.start({
    name: 'next start',
    args: [nextProgram, 'start', '--hostname', '127.0.0.1', '--port', String(port)],
    cwd: folder,
    env: { AUTH_SECRET: secret, AUTH_URL: `http://localhost:${port}`, BACKEND_URL: url },
    cores: bench.cores.server,
  })
  return { process, port }
}

function nextAppOf(bench: Bench) {
  return bench.once('the Next app', async () => {
    const app = await startNextApp(bench)
    await untilItAnswers(app.process, app.port, getRequest('/', { host: `localhost:${app.port}` }))
    return app
  })
}

async function sessionCookie(): Promise<string> {
  const token = { sub: 'demo', name: 'Demo User', email: 'demo@example.org', accessToken }
  return `${cookieName}=${await encode({ token, secret, salt: cookieName, maxAge: 4 * 3600 })}`
}
