import { randomUUID } from 'node:crypto'
import { bearer, ownPage, type Play } from './play.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'

export const sessions: Play = async (given) => {
  const { ask, browser, webNonce, listen } = given
  const [person, view] = [browser(), browser()]
  await person.signIn()
  const { nonce } = await person.askForNonce()
  await view.redeem(nonce)
  const own = { ...ownPage, cookie: await person.cookies() }
  await ask('/api/sessions', { headers: own })
  await listen('/api/sessions/events', own)
  await listen('/api/sessions/events?since=1', { ...own, 'last-event-id': '1' })
  await ask('/api/sessions/events', { headers: bearer('x') })
  await ask('/api/sessions/events')
  for (const path of ['/sessions', '/activity', '/activity?before=x']) {
    await ask(path)
    await ask(path, { headers: { cookie: own.cookie } })
    await ask(path, { headers: { cookie: 'baton.session=x' } })
  }
  await ask('/session')
  const form = { method: 'POST', headers: own, form: { end: (await view.session())?.sid ?? '' } }
  await ask('/sessions', form)
  await ask('/sessions', { ...form, form: { withdraw: 'web' } })
  await ask('/sessions', { ...form, headers: { 'sec-fetch-site': 'cross-site' } })

  const app = bearer(await webNonce())
  const listed = await ask('/api/sessions', { headers: app })
  const { sessions: all } = (await listed.json()) as { sessions: { sid: string }[] }
  await ask('/api/sessions')
  await ask(`/api/sessions/${randomUUID()}`, { method: 'DELETE', headers: app })
  await ask(`/api/sessions/${all[0]?.sid}`, { method: 'DELETE', headers: app })
  await ask(`/api/sessions/${all[0]?.sid}`, { method: 'DELETE', headers: app })
  await ask('/api/sessions', { method: 'DELETE', headers: own })
  await ask('/api/sessions', { method: 'DELETE', headers: { ...own, 'sec-fetch-site': 'cross-site' } })
  await endings(given)
}

/** Providers and operators sign people out. */
const endings: Play = async ({ ask, post, stage, webNonce, operatorJwt }) => {
  const { trustedIssuer } = stage.partners
  const sub = 'to be signed out'
  const nonce = () => trustedIssuer.idToken(stage.baton.url, { sub, jti: randomUUID() })
  await webNonce(await nonce())
  const claims = { sub, aud: 'app', azp: undefined, jti: randomUUID(), events: { [event]: {} } }
  const logout_token = await trustedIssuer.idToken(stage.baton.url, claims, { typ: 'logout+jwt' })
  await post('/api/backchannel-logout', { logout_token })
  await post('/api/backchannel-logout', { logout_token })
  await post('/api/backchannel-logout', {})

  await webNonce(await nonce())
  const path = '/api/global-token-revocation'
  const send = (json: unknown, authorization: string) =>
    ask(path, { method: 'POST', json, headers: { authorization } })
  const operator = async () => `Bearer ${await operatorJwt()}`
  await send({ sub_id: { format: 'iss_sub', iss: trustedIssuer.url, sub } }, await operator())
  await send({ sub_id: { format: 'iss_sub', iss: trustedIssuer.url, sub: 'nobody' } }, await operator())
  await send({ sub_id: { format: 'iss_sub', iss: 'https://other.example', sub } }, await operator())
  await send({ sub_id: { format: 'email', email: 'nobody@example.org' } }, await operator())
  await send({ sub_id: { format: 'phone' } }, await operator())
  await send({}, 'Bearer x')
  await ask(path, { method: 'POST', json: {} })
}
