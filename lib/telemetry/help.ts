import type { EventName } from './events.ts'

const page = 'docs/troubleshooting.md'
const start = 'baton-cannot-start'
/** Events of requests, of which the error code says more than the name. */
const byCode: ReadonlySet<EventName> = new Set([
  'request.refused',
  'request.limited',
  'request.failed',
  'client.refused',
])

type Fields = { code?: unknown; database?: unknown }

/** Which heading of `docs/troubleshooting.md` explains such a line of an event that is explained there. */
export function helpOn(name: EventName, { code, database }: Fields = {}): string {
  if (name === 'server.refused') return `${page}#${start}`
  if (!byCode.has(name)) return `${page}#${name.replaceAll(/[._]/g, '-')}`
  if (typeof code === 'string') return `${page}#${code}`
  return `${page}#${database === undefined ? 'server_error' : 'temporarily_unavailable'}`
}

/** The last words of a start that has failed. */
export const helpOnStart = `See ${page}#${start}`
