import { bearer, fieldOf, ownPage, type Play } from './play.ts'

const asJson = { 'x-auth-return-redirect': '1' }

export const signIn: Play = async (given) => {
  const { ask, post, browser, webNonce } = given
  for (const step of ['session', 'csrf', 'providers', 'signin', 'signout', 'error', 'verify-request'])
    await ask(`/api/auth/${step}`)
  await ask('/api/auth/session', { headers: bearer(await webNonce()) })
  await ask('/api/auth/session', { headers: bearer('x'.repeat(43)) })
  const person = browser()
  await person.signIn()
  const token = async (of = person) => fieldOf(await of.request('/api/auth/csrf'), 'csrfToken')
  const cookie = await person.cookies()
  await ask('/api/auth/session', { headers: { cookie } })
  const csrfToken = await token()
  const json = JSON.stringify({ csrfToken })
  const type = { 'content-type': 'application/json' }
  await person.ownPage('/api/auth/session', { method: 'POST', headers: type, body: json })

  const newcomer = browser()
  const form = new URLSearchParams({ csrfToken: await token(newcomer), callbackUrl: '/' })
  for (const headers of [{}, asJson])
    await newcomer.request('/api/auth/signin/demo', { method: 'POST', headers, body: form })
  await answersOfProvider(given)
  await post('/api/auth/signin/demo', {})
  await post('/api/auth/signin/nobody', {})
  await ask('/api/auth/callback/demo?state=x&error=access_denied')
  await ask('/api/auth/callback/nobody')
  await post('/api/auth/callback/demo', { ...refusal, state: 'x' })

  await post('/api/auth/signout', {})
  await newcomer.request('/api/auth/signout', { method: 'POST', headers: asJson, body: form })
  await person.signOut()
}

const refusal = { error: 'access_denied', error_description: 'no', code: 'x', iss: 'https://op.example' }

/** A provider refuses, and says so twice. */
const answersOfProvider: Play = async ({ ask, post, browser }) => {
  const person = browser()
  const csrfToken = await fieldOf(await person.request('/api/auth/csrf'), 'csrfToken')
  const body = new URLSearchParams({ csrfToken })
  const begun = await person.request('/api/auth/signin/demo', { method: 'POST', body })
  const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? ''
  const answer = { ...refusal, state }
  const headers = { cookie: await person.cookies('/api/auth/callback/demo') }
  const path = '/api/auth/callback/demo'
  for (const accept of ['*/*', 'text/html']) {
    await ask(`${path}?${new URLSearchParams(answer)}`, { headers: { ...headers, accept } })
    await post(path, answer, { ...headers, accept })
  }
}

const problem = 'error=Expired&provider=demo&reference=x&callbackUrl=/sessions'

export const pages: Play = async ({ ask, post, browser }) => {
  const person = browser()
  await person.signIn()
  const own = { ...ownPage, cookie: await person.cookies() }
  for (const path of ['/', `/sign-in?${problem}&again=1`, '/sign-out', `/error?${problem}`]) {
    await ask(path)
    await ask(path, { headers: { cookie: own.cookie } })
  }
  await ask('/sign-in?error=x&error=y', { headers: { accept: 'text/html' } })
  await ask('/sign-in?error=x&error=y')
  await post('/sign-in', { provider: 'demo', callbackUrl: '/sessions', again: '1' }, ownPage)
  await post('/sign-in', { provider: 'demo' }, { ...ownPage, 'sec-fetch-dest': 'document' })
  await post('/sign-in', { provider: 'nobody' }, ownPage)
  for (const language of ['en', 'xx'])
    await post('/language', { language, callbackUrl: '/sign-out' }, ownPage)
  await post('/language', { language: 'en' }, { 'sec-fetch-site': 'cross-site' })
  await ask('/language')
  await post('/sign-out/provider', {}, ownPage)
  await ask('/sign-out/provider', {
    method: 'POST',
    headers: { ...own, 'sec-fetch-dest': 'document', 'content-length': '0' },
  })
  await post('/sign-out', { everywhere: '1' }, { ...ownPage, cookie: own.cookie })
  await post('/sign-out', {})

  const html = await (await ask('/')).text()
  const [file = ''] = /\/_next\/static\/[\w~.\-/]+\.(?:css|js)/.exec(html) ?? []
  const asked = await ask(file)
  await ask(file, { headers: { 'if-none-match': asked.headers.get('etag') ?? '' } })
  await ask(file, { headers: { range: 'bytes=0-9' } })
  await ask(file, { headers: { range: 'bytes=99999999-' } })
  await ask(file, { headers: { 'if-match': '"another"' } })
  for (const name of ['logo-light', 'logo-dark', 'icon', 'accent.css']) await ask(`/brand/${name}`)
  const [icon = ''] = /\/brand\/icon\?v=[\w-]+/.exec(html) ?? []
  await ask(icon)
  for (const id of ['with-logo', 'with-logo?v=other', 'without-logo', 'web', 'nobody'])
    await ask(`/brand/applications/${id}`)
  await ask('/_next/static/nothing.js')
  await ask('/_next/static/nothing.js', { headers: { accept: 'text/html' } })
  for (const path of ['/api/health', '/api/ready', '/api/version', '/.well-known/security.txt'])
    await ask(path)
}
