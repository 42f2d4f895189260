import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { newVerifier } from '../../support/verifier.ts'
import { bearer, fieldOf, ownPage, type Play } from './play.ts'

export const handOffs: Play = async ({ ask, post, browser, stage, webNonce }) => {
  const idToken = await stage.partners.trustedIssuer.idToken(stage.baton.url)
  const app = bearer(await webNonce())
  await post('/api/nonce', { token: idToken })
  await post('/api/nonce', { token: 'x' })
  await post('/api/nonce', { token: idToken }, app)
  await post('/api/nonce', {})
  await post('/api/nonce', {}, bearer('x'))
  await post('/api/nonce', { target: 'nobody' }, app)
  await post('/api/nonce', { redirect_to: '/sessions' }, app)
  const unknown = { kid: 'unknown' }
  const badKeys = await stage.partners.trustedIssuer.idToken(stage.baton.url, {}, unknown)
  for (let time = 0; time < 2; time++) await post('/api/nonce', { token: badKeys })

  await approved(app, { ask, post, browser })
  await bound(app, { ask, post, browser })
  await ask('/handoff')
  await ask(`/handoff?nonce=${'x'.repeat(43)}`)
  await post('/handoff', { nonce: 'x' })
  await post('/handoff', { nonce: 'x' }, { 'sec-fetch-site': 'cross-site', accept: 'text/html' })
}

type Asking = Pick<Parameters<Play>[0], 'ask' | 'post' | 'browser'>

/** A hand-off that its source has to approve, one that it denies, and one that is cancelled. */
async function approved(app: Record<string, string>, { ask, post, browser }: Asking): Promise<void> {
  for (const approve of ['yes', 'no']) {
    const nonce = await fieldOf(await post('/api/nonce', { approval: 'source' }, app), 'nonce')
    const view = browser()
    await ask(`/api/nonce/status?nonce=${nonce}`, { headers: app })
    const press = await view.openHandoff(nonce)
    if (press instanceof Response) throw new Error('no page')
    await press()
    const status = await ask(`/api/nonce/status?nonce=${nonce}`, { headers: app })
    const number = await fieldOf(status, 'number')
    await ask('/handoff', { headers: { cookie: await view.cookies('/handoff') } })
    await post('/api/nonce/approval', { nonce, number, approve }, app)
    await ask(`/api/nonce/status?nonce=${nonce}`, { headers: app })
    await press()
    await post('/api/nonce/approval', { nonce, number, approve }, app)
  }
  await post('/api/nonce/approval', { nonce: 'x' }, app)
  await ask(`/api/nonce/status?nonce=${'x'.repeat(43)}`, { headers: app })
  await ask('/api/nonce/status', { headers: app })
  const cancelled = await browser().redeem(await nonceOf(post, app), { answer: 'cancel' })
  await cancelled.body?.cancel()
}

/** A nonce that is bound to a verifier, by the header and by the form. */
async function bound(app: Record<string, string>, { ask, post, browser }: Asking): Promise<void> {
  const { verifier, challenge } = newVerifier()
  const byHeader = await nonceOf(post, app, challenge)
  const headers = { 'baton-handoff-verifier': verifier }
  await ask(`/handoff?nonce=${byHeader}`, { headers })
  const view = browser()
  const page = await view.request(`/handoff?nonce=${await nonceOf(post, app, challenge)}`)
  const { fields } = readHandoffPage(await page.text())
  await view.ownPage('/handoff', { method: 'POST', body: new URLSearchParams({ ...fields, verifier: 'x' }) })
  await view.ownPage('/handoff', { method: 'POST', body: new URLSearchParams({ ...fields, verifier }) })
  await ask('/handoff', { headers: ownPage })
}

async function nonceOf(post: Asking['post'], app: Record<string, string>, form = {}): Promise<string> {
  return fieldOf(await post('/api/nonce', form, app), 'nonce')
}
