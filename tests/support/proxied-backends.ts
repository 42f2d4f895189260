import { freePort } from './free-port.ts'

/** What one of these backends is configured with, besides its name. */
type Settings = {
  /** Which of the servers below it is; without one, it is the demo's backend. */
  at?: string
  /** What follows the server's origin. */
  path?: string
  [setting: string]: unknown
}

/** Milliseconds: soon over. */
export const short = 1_000
/** Milliseconds: long enough for a machine that is busy to send the next piece of a body in time. */
export const long = 2_500
/** Bytes that two of these backends take in a body. */
export const limit = 100_000

// Each file that calls a server of these serves it itself, where `portOf` says.
const backends: Record<string, Settings> = {
  asking: { requestHeaders: ['x-request-id'] },
  more: { requestHeaders: ['X-Api-Version', 'x-tenant'] },
  provided: { token: 'provider' },
  'read-only': { methods: ['GET', 'HEAD'] },
  reading: { methods: ['GET'] },
  events: { idleTimeoutMs: short },
  limited: { maxBodyBytes: limit },
  small: { maxBodyBytes: 1000 },
  // Nobody ever listens there.
  absent: { at: 'absent' },
  root: { at: 'recorder' },
  based: { at: 'recorder', path: '/base/' },
  calls: { at: 'recorder' },
  pages: { at: 'recorder', navigable: true },
  counted: { at: 'recorder', maxBodyBytes: limit },
  attempts: { at: 'attempts' },
  bad: { at: 'bad' },
  conversation: { at: 'conversation' },
  deaf: { at: 'deaf', idleTimeoutMs: 500 },
  fickle: { at: 'fickle', timeoutMs: 1000 },
  files: { at: 'files' },
  top: { at: 'leading' },
  below: { at: 'leading', path: '/v1', responseHeaders: ['Authentication-Info'] },
  plain: { at: 'leading', path: '/v1', rewriteLinks: false },
  packed: { at: 'packed' },
  raw: { at: 'raw' },
  refuser: { at: 'refuser', idleTimeoutMs: 500 },
  refusing: { at: 'refusing' },
  rooms: { at: 'rooms' },
  talking: { at: 'talking' },
  halfway: { at: 'halfway' },
  hurried: { at: 'timed', timeoutMs: short, idleTimeoutMs: 20_000 },
  restless: { at: 'timed', timeoutMs: 20_000, idleTimeoutMs: short },
  answering: { at: 'timed', timeoutMs: long, idleTimeoutMs: 20_000 },
  moving: { at: 'timed', timeoutMs: 20_000, idleTimeoutMs: long },
}

const servers = new Set(['token-service', ...Object.values(backends).flatMap(({ at }) => at ?? [])])
const ports = new Map<string, number>()
for (const server of servers) ports.set(server, await freePort())

/** The options of such a server, as a fixture that listens while its file runs. */
export const served = { scope: 'file', auto: true } as const

/** The port at which one of the servers is expected. */
export function portOf(server: string): number {
  const port = ports.get(server)
  if (port === undefined) throw new Error(`no server "${server}" is configured`)
  return port
}

/** The configuration of these backends: each has the demo's settings but for its own. */
export function proxiedBackends(demo: object & { url: string }): object[] {
  return Object.entries(backends).map(([name, { at, path = '', ...own }]) => ({
    ...demo,
    name,
    ...(at && { url: `http://127.0.0.1:${portOf(at)}${path}` }),
    ...own,
  }))
}
