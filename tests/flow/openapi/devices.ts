import { answerCode, askAsBrowser, numberOn, openCode, tokenOn } from '../../support/another-device.ts'
import { bearer, fieldOf, ownPage, type Play } from './play.ts'

const waitingPage = '/sign-in/another-device'

export const devices: Play = async (given) => {
  await byApp(given)
  await byPage(given)
}

/** An app looks at what browsers and a television ask, and answers. */
const byApp: Play = async ({ post, browser, webNonce }) => {
  const app = bearer(await webNonce())
  const waiting = browser()
  const user_code = await askAsBrowser(waiting)
  await post('/api/device', { user_code }, app)
  await post('/api/device', { user_code, approve: 'yes' }, app)
  await post('/api/device', { user_code, approve: 'yes', number: await numberOn(waiting) }, app)
  const asked = await post('/oidc/device_authorization', { client_id: 'tv', scope: 'openid' })
  const device = { user_code: await fieldOf(asked, 'user_code') }
  await post('/api/device', device, app)
  await post('/api/device', { ...device, approve: 'no' }, app)
  await post('/api/device', {}, app)
  await post('/api/device', device)
  const wrong = await askAsBrowser(browser())
  await post('/api/device', { user_code: wrong, approve: 'yes', number: 'x' }, app)
  for (let time = 0; time < 6; time++) await post('/api/device', { user_code: 'BBBB-BBBB' }, app)
}

/** A person does the same on Baton's own pages. */
const byPage: Play = async ({ ask, post, browser, listen }) => {
  const person = browser()
  await person.signIn()
  const waiting = browser()
  await ask(waitingPage)
  await ask(`${waitingPage}/events`)
  const user_code = await askAsBrowser(waiting)
  const cookie = await waiting.cookies()
  await ask(waitingPage, { headers: { cookie } })
  await ask(`${waitingPage}/state`, { headers: { cookie } })
  await listen(`${waitingPage}/events`, { cookie })
  await ask(`/device?user_code=${user_code}`, { headers: { cookie: await person.cookies() } })
  const csrf_token = tokenOn(await openCode(person, user_code))
  const form = { csrf_token, user_code, approve: 'yes' }
  await answerCode(person, { ...form, number: await numberOn(waiting) })
  await waiting.request(waitingPage)
  await waiting.request('/handoff')
  await person.ownPage('/device', { method: 'POST', body: new URLSearchParams({ ...form, number: 'x' }) })
  await post('/device', form, ownPage)
  await post('/device', { user_code }, ownPage)
  await ask('/device')
  await ask('/device?user_code=BBBB-BBBB', { headers: { cookie: await person.cookies() } })
  const other = browser()
  await answerCode(person, { user_code: await askAsBrowser(other), approve: 'yes', number: 'x' })
  await other.ownPage(waitingPage, { method: 'POST', body: new URLSearchParams({ answer: 'cancel' }) })
  await post(waitingPage, {}, { 'sec-fetch-site': 'cross-site' })
}
