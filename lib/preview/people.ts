import type { LiveSession } from '#lib/db/sessions.ts'

/** People with names of every kind: in another script, very long, or without any. */
export const ada = { name: 'Ada Lovelace', email: 'ada@example.org', image: null }
export const yuki = { name: '山田 有希', email: 'yuki@example.org', image: null }
export const long = {
  name: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'.repeat(2),
  email: 'a.very.long.address.that.nobody.would.want.to.type@mail.example.org',
  image: null,
}
export const unnamed = { name: null, email: null, image: null }

export const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)

const idOf = (digit: string) => `${digit.repeat(8)}-1111-4111-8111-${digit.repeat(12)}`
export const ids = { app: idOf('a'), browser: idOf('b'), handoff: idOf('c'), far: idOf('d') }

/** A session that has been there for an hour. */
export function liveSession(change: Partial<LiveSession> = {}): LiveSession {
  return {
    id: ids.browser,
    kind: 'browser',
    provider: 'demo',
    clientId: null,
    target: null,
    amr: ['pwd'],
    authTime: ago(60),
    createdAt: ago(60),
    expiresAt: ago(-600),
    usedAt: ago(1),
    idleUntil: null,
    idleWith: null,
    tokenSetId: null,
    tokenSetError: null,
    user: { id: idOf('e'), ...ada },
    ...change,
  }
}
