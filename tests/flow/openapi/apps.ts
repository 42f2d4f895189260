import { methods } from '#lib/endpoints/endpoint.ts'
import { appOrigin } from '../../support/full-config.ts'
import { operations } from '../../support/openapi/description.ts'
import { basic } from '../../support/test-apps.ts'
import { bearer, type Play } from './play.ts'

const backend = '/api/backends/demo/api/authenticated'
const foreign = { 'sec-fetch-site': 'cross-site', cookie: 'baton.session=x' }
const resourceServer = { authorization: basic('demo-backend', 'demo-backend-secret') }

export const apps: Play = async ({ ask, post, browser, listen, webNonce }) => {
  const app = bearer(await webNonce())
  for (const method of methods) {
    await ask(`${backend}/echo`, { method, headers: app })
    await ask(`${backend}/echo`, { method })
    await ask(`${backend}/echo`, { method, headers: foreign })
    await ask(`${backend}/%2e%2e/echo`, { method, headers: app })
    await ask('/api/backends/nobody/x', { method, headers: app })
    await ask(`/api/backends/${method === 'GET' ? 'writing' : 'reading'}/x`, { method, headers: app })
    const long = { ...app, 'content-length': '100' }
    await ask('/api/backends/small/x', { method, headers: long, body: 'x'.repeat(100) })
  }
  await ask('/api/backends/absent/x', { headers: app })
  await ask(`${backend}/nothing`, { headers: app })
  const person = browser()
  await person.signIn()
  await ask(`${backend}/echo`, {
    method: 'POST',
    headers: { cookie: await person.cookies(), 'sec-fetch-site': 'cross-site' },
  })

  await post('/api/token', {}, app)
  await post('/api/token', {}, bearer('x'))
  await post('/api/token', {})

  await listen('/api/revocations', { ...resourceServer, 'last-event-id': '1' })
  await ask('/api/revocations')
  await ask('/api/revocations', {
    headers: { authorization: basic('not-listed', 'the secret of not-listed') },
  })
}

export const preflights: Play = async ({ ask }) => {
  const preflight = {
    origin: appOrigin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  }
  for (const { path, method } of operations) {
    if (method !== 'options' || path.includes('{')) continue
    await ask(path, { method: 'OPTIONS', headers: preflight })
    await ask(path, { method: 'OPTIONS' })
  }
}
