import type { Person } from './person.ts'
import { test as base } from './test.ts'

/** What a source sees of its nonce. */
type Status = { state: string; number?: string; asked_by?: Record<string, unknown> }

type Source = { ownPage: Person['ownPage'] }

/** Asks how far a nonce has come, as its source. */
export async function statusOf(source: Source, nonce: string): Promise<Status> {
  const answer = await source.ownPage(`/api/nonce/status?nonce=${nonce}`)
  return (await answer.json()) as Status
}

/** Answers the browser that asks for a nonce, as its source; `number` is the one that the source sees. */
export async function answer(
  source: Source,
  nonce: string,
  approve: string,
  number?: string,
): Promise<Response> {
  const seen = number ?? (await statusOf(source, nonce)).number ?? ''
  const body = new URLSearchParams({ nonce, number: seen, approve })
  return source.ownPage('/api/nonce/approval', { method: 'POST', body })
}

/** Tests with nonces that their source approves. */
export const test = base
  /** A nonce that the source has to approve, and what presses Continue in a browser that has opened it. */
  .extend('asked', ({ person, newcomer }) => async (form = {}, source = person, browser = newcomer()) => {
    const { nonce } = await source.askForNonce({ approval: 'source', ...form })
    const press = await browser.openHandoff(nonce)
    if (press instanceof Response) throw new Error(`no page: ${press.status}`)
    return { nonce, browser, press }
  })
