import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { lanFile } from './lan-file.ts'

/** There is no demo in the network that could be joined. */
export class NoLanError extends Error {}

/**
 * Lets this process call the demo that `npm run demo -- --lan` serves: its addresses, and the authority of
 * their certificate. Throws `NoLanError` where there was none.
 */
export function joinLan(): void {
  let text: string
  try {
    text = readFileSync(lanFile(), 'utf8')
  } catch {
    throw new NoLanError('There is no demo in the network. Start it first: npm run demo -- --lan')
  }
  const { addresses, authority } = JSON.parse(text) as { addresses: object; authority: string }
  Object.assign(process.env, addresses)
  setDefaultCACertificates([...getCACertificates(), readFileSync(authority, 'utf8')])
}
