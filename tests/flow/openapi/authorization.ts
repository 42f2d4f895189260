import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { follow, relyingParty } from '../../support/relying-party.ts'
import { signInAt } from '../../support/test-oidc.ts'
import { newVerifier } from '../../support/verifier.ts'
import { type Given, ownPage, type Play } from './play.ts'

export const authorization: Play = async (given) => {
  await requests(given)
  await steps(given)
  await signOuts(given)
}

/** Authorization requests that are answered at once. */
const requests: Play = async ({ ask, post, browser, stage }) => {
  const app = await relyingParty(stage.baton.url, 'web')
  const person = browser()
  await person.signIn()
  const { url } = await app.begin({})
  const path = url.pathname + url.search
  await ask(path, { headers: { cookie: await person.cookies() } })
  await ask(path)
  await ask('/oidc/authorize')
  await ask('/oidc/authorize', { headers: { accept: 'application/json' } })
  await ask(`${path}&redirect_uri=https://evil.example`)
  await ask('/oidc/authorize?client_id=nobody', { headers: { accept: 'application/json' } })
  await ask(`/oidc/authorize?client_id=web&redirect_uri=https://evil.example&response_type=code`, {
    headers: { accept: 'application/json' },
  })
  await ask(`${path}&x=${'x'.repeat(5000)}`)
  await ask(path, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' } })
  const posted = await app.begin({ response_mode: 'form_post' })
  await follow(person, posted.url)
  await ask(posted.url.pathname + posted.url.search, { headers: { cookie: await person.cookies() } })
  await post('/oidc/authorize', Object.fromEntries(url.searchParams))
  await withAll({ ask, post, browser, stage })
  await post('/oidc/authorize', { x: 'x'.repeat(5000) })
}

/** A request with every parameter. */
const withAll = async ({ ask, post, browser, stage }: Pick<Given, 'ask' | 'post' | 'browser' | 'stage'>) => {
  const person = browser()
  await person.signIn()
  const app = await relyingParty(stage.baton.url, 'web')
  const { id_token: id_token_hint = '' } = await signInAt(app, person)
  const more = { id_token_hint, max_age: '600', resource: stage.partners.backendUrl }
  const { url } = await app.begin({
    ...more,
    dpop_jkt: 'x'.repeat(43),
    response_mode: 'query',
    prompt: 'login',
    ui_locales: 'en',
  })
  await ask(url.pathname + url.search, { headers: { cookie: await person.cookies(url.pathname) } })
  const byNonce = { acr_values: 'urn:baton:authentication:nonce', login_hint_token: 'x' }
  await post('/oidc/authorize', { ...Object.fromEntries(url.searchParams), ...byNonce })
}

/** Steps that ask the person: a nonce, and consent; and what comes after them. */
const steps: Play = async ({ ask, browser, stage }) => {
  const source = browser()
  await source.signIn()
  const app = await relyingParty(stage.baton.url, 'web')
  for (const approval of [undefined, 'source'] as const) {
    const form = { target: 'web', ...(approval && { approval }) }
    const { nonce } = await source.askForNonce(form)
    const target = browser()
    const { url } = await app.beginWithNonce(nonce, { response_mode: approval ? 'query' : 'form_post' })
    const step = await follow(target, url)
    const { fields } = readHandoffPage(step.page?.html ?? '')
    await ask(step.url.pathname, { headers: { cookie: await target.cookies() } })
    const press = { method: 'POST', body: new URLSearchParams(fields) }
    const pressed = await target.ownPage(step.url.pathname, press)
    const onward = new URL(pressed.headers.get('location') ?? '/', stage.baton.url)
    await ask(onward.pathname, { headers: { cookie: await target.cookies() } })
    await target.request(onward.pathname)
    await target.ownPage(step.url.pathname, press)
  }
  const { verifier, challenge } = newVerifier()
  for (const [name, value] of Object.entries({ verifier, answer: 'cancel' })) {
    const { nonce } = await source.askForNonce({ target: 'web', ...challenge })
    const target = browser()
    const step = await follow(target, (await app.beginWithNonce(nonce)).url)
    const { fields } = readHandoffPage(step.page?.html ?? '')
    const body = new URLSearchParams({ ...fields, [name]: value })
    await target.ownPage(step.url.pathname, { method: 'POST', body })
  }
  const stranger = await relyingParty(stage.baton.url, 'stranger')
  const consent = await follow(source, (await stranger.begin({})).url)
  await ask(consent.url.pathname, { headers: { cookie: await source.cookies() } })
  // A browser that has to sign in first goes there by its step.
  const newcomer = browser()
  await follow(newcomer, (await app.begin({})).url)
  const anew = await newcomer.request((await app.begin({})).url.href)
  const first = anew.headers.get('location') ?? ''
  await ask(first, { headers: { cookie: await newcomer.cookies() } })
  await newcomer.ownPage(first, { method: 'POST', body: new URLSearchParams() })
  await ask('/interaction/nothing')
  await ask('/interaction/nothing', { method: 'POST', form: {}, headers: ownPage })
  await ask('/oidc/authorize/nothing')
  await ask('/oidc/authorize/nothing', { headers: { accept: 'application/json' } })
}

/** Sign-outs that an application begins, with a question and without. */
const signOuts: Play = async ({ ask, post, browser, stage }) => {
  const person = browser()
  await person.signIn()
  const app = await relyingParty(stage.baton.url, 'web')
  const { id_token = '' } = await signInAt(app, person)
  const back = 'http://127.0.0.1:4999/callback'
  const request = { id_token_hint: id_token, post_logout_redirect_uri: back, client_id: 'web', state: 's' }
  const query = new URLSearchParams({ ...request, logout_hint: 'demo', ui_locales: 'en' })
  const page = await person.request(`/oidc/logout?${query}`)
  const { fields } = readHandoffPage(await page.text())
  const form = new URLSearchParams({ ...fields, logout: 'yes' })
  const confirmed = await person.ownPage('/oidc/logout/confirm?ui_locales=en', { method: 'POST', body: form })
  await confirmed.body?.cancel()
  await ask(`/oidc/logout?${query}`, { headers: { cookie: await person.cookies() } })
  await ask(`/oidc/logout?${query}`)
  await ask('/oidc/logout')
  await ask('/oidc/logout?post_logout_redirect_uri=https://evil.example&client_id=web')
  await ask('/oidc/logout?id_token_hint=x', { headers: { accept: 'application/json' } })
  await post('/oidc/logout', Object.fromEntries(query))
  await post('/oidc/logout', { id_token_hint: 'x' })
  await post('/oidc/logout/confirm', { xsrf: 'x' })
  await post('/oidc/logout/confirm', { xsrf: 'x' }, { accept: 'application/json' })
  await ask('/oidc/logout/success?ui_locales=en')
  await ask('/oidc/logout/success?client_id=web')
  await ask('/oidc/logout/success?client_id=nobody', { headers: { accept: 'application/json' } })
}
