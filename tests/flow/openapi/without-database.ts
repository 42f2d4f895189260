import { randomUUID } from 'node:crypto'
import { operations } from '../../support/openapi/description.ts'
import { type Given, ownPage } from './play.ts'
import { preparedCalls } from './prepared-calls.ts'

/** Asks for all that answers 503 once the database is away; what it is asked with is got before. */
export async function askWithoutDatabase(
  given: Given,
  { ask }: Pick<Given, 'ask'>,
  takeAway: () => Promise<void>,
): Promise<void> {
  const { person, calls, proofs } = await preparedCalls(given)
  await takeAway()
  for (const { path, method, operationId, security, responses } of operations) {
    if (!('503' in responses) || method === 'head') continue
    const { browser = person, form, json, at = path } = calls[operationId] ?? {}
    const own = at.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name)
    const cookie = await browser.cookies(own)
    for (const proof of security.flatMap((each) => Object.keys(each)).concat('nobody'))
      for (const accept of ['*/*', 'text/html']) {
        const headers = { ...ownPage, accept, ...(proofs[proof] ?? { cookie }) }
        const body = method === 'post' && (json ? { json } : { form: form ?? {} })
        await ask(own, { method: method.toUpperCase(), headers, ...body })
      }
  }
}

const values: Record<string, string> = {
  sid: randomUUID(),
  backend: 'demo',
  path: 'of-another-build.js',
  provider: 'demo',
  uid: 'n'.repeat(21),
}
