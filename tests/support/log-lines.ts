import { expect } from 'vitest'
import type { Baton } from './baton.ts'

export type LogLine = { event?: string; level: string; msg: string; [field: string]: unknown }

/** The lines that Baton has logged so far; the last ones may be on their way. */
export function logLines(baton: Pick<Baton, 'log'>): LogLine[] {
  return baton
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line))
}

/** The lines of all that has happened by now, as those of a later request have come. */
export async function settledLines(baton: Pick<Baton, 'address' | 'log'>): Promise<LogLine[]> {
  const later = await fetch(`${baton.address}/api/health`)
  await expect.poll(() => baton.log()).toContain(later.headers.get('x-request-id'))
  return logLines(baton)
}

/** Those under the id of a request, without its access line. */
export function linesOf(baton: Baton, requestId: unknown): LogLine[] {
  return logLines(baton).filter((line) => line.requestId === requestId && line.event !== 'access')
}

/** The access lines. */
export function accessLines(baton: Pick<Baton, 'log'>): LogLine[] {
  return logLines(baton).filter(({ event }) => event === 'access')
}
