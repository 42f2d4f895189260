import { createHash } from 'node:crypto'
import type { SmallBaton } from '../../../client/tests/support/small-baton.ts'

/** Has a small Baton take each link once, if the header proves its nonce, and lead on to `/inbox`. */
export function takeLinks(baton: SmallBaton): void {
  const spent = new Set<string>()
  baton.answerInstead('GET /handoff', (res, { headers }) => {
    const nonce = new URL(res.req.url ?? '', baton.url).searchParams.get('nonce') ?? ''
    const verifier = String(headers['baton-handoff-verifier'] ?? '')
    const isProven =
      baton.nonces.get(nonce) === createHash('sha256').update(verifier).digest('base64url') &&
      !spent.has(nonce)
    spent.add(nonce)
    res.writeHead(isProven ? 303 : 410, isProven ? { location: '/inbox' } : {}).end()
  })
  baton.answerInstead('GET /inbox', (res) => res.writeHead(200).end())
}
