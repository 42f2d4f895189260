import type { IncomingHttpHeaders } from 'node:http'
import { listen } from '../../support/partners.ts'

/** An application behind Apache: answers whom the headers name, and keeps the headers that it saw last. */
export async function startApplication() {
  let seen: IncomingHttpHeaders = {}
  const { url, close } = await listen((request, response) => {
    seen = request.headers
    const { oauth2_claim_iss: issuer, oauth2_claim_sub: sub, oauth2_claim_sid: sid } = seen
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ issuer, sub, sid }))
  })
  return { url, close, seen: () => seen }
}
