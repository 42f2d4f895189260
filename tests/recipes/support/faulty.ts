import { listen } from '../../support/partners.ts'

/** A Baton that answers everything with an error, which says of itself that the token is good. */
export function startFaulty() {
  return listen((request, response) => {
    const iss = `http://${request.headers.host}/oidc`
    const exp = Math.floor(Date.now() / 1000) + 300
    const said = {
      active: true,
      iss,
      sub: 'person-1',
      sid: 's',
      client_id: 'a',
      token_type: 'Bearer',
      exp,
      keys: [],
    }
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  })
}
