import { text } from 'node:stream/consumers'
import { listen } from '../../support/partners.ts'

/**
 * An address that redirects everything to another origin (307, so that bodies go along), which keeps what it
 * gets.
 */
export async function startThief() {
  let got = ''
  let asked = false
  const thief = await listen(async (request, response) => {
    const [, credentials = ''] = (request.headers.authorization ?? '').split(' ')
    got += `${atob(credentials)} ${await text(request)}`
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"active":false}')
  })
  const redirecting = await listen((request, response) => {
    asked = true
    response.writeHead(307, { location: `${thief.url}${request.url}` }).end()
  })
  return {
    redirecting: redirecting.url,
    /** Whether anybody came to be redirected. */
    asked: () => asked,
    /** Credentials and bodies that reached the other origin. */
    got: () => got,
    close: () => Promise.all([thief.close(), redirecting.close()]),
  }
}
