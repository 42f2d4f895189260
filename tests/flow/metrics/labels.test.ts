import { expect } from 'vitest'
import { endpoints } from '#lib/endpoints/all.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { rawExchange } from '../../support/clients/raw-exchange.ts'
import { test } from '../../support/test-metrics.ts'

const [routes, methods] = [endpoints.map(({ path }) => path), 'GET HEAD POST PUT PATCH DELETE OPTIONS']

test('whatever callers send, no label gets a value of theirs', async ({ baton, host, person, metrics }) => {
  const odd = (at: number) => `odd-${at}-${'x'.repeat(at)}`
  const send = (bytes: string) => rawExchange(baton.address, bytes)
  for (let at = 0; at < 40; at++) {
    const name = odd(at)
    const call = { headers: { host } }
    await httpCall(baton.address, `/${name}`, call)
    await httpCall(baton.address, `/api/${name}?${name}=${name}`, call)
    await httpCall(baton.address, '/api/health', { headers: { host: `${name}.example` } })
    await httpCall(baton.address, '/', { headers: { host: `${name}.example` } })
    await person.ownPage(`/api/backends/${name}/${name}`)
    await person.ownPage(`/api/backends/demo/${name}`)
    await person.request('/sign-in', { method: 'POST', body: new URLSearchParams({ provider: name }) })
    await httpCall(baton.address, `/oidc/authorize?client_id=${name}`, call)
  }
  for (const method of ['PROPFIND', 'TRACE', 'MKCOL', 'PURGE', 'LINK', 'SEARCH', 'QUERY'])
    await send(`${method} /api/nonce HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  await send(`ODD /odd-method HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  await send(`GET odd-target HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)

  const { text, samples } = await metrics()
  expect(text).not.toMatch(/odd-|example/)
  const valuesOf = (label: string) => new Set(samples.map(({ labels }) => labels[label] ?? 'none'))
  expect([...valuesOf('route')].filter((route) => !routes.includes(route))).toEqual(['none'])
  expect([...valuesOf('method')].filter((method) => !methods.split(' ').includes(method)).toSorted()).toEqual(
    ['none', 'other'],
  )
  expect([...valuesOf('backend')].toSorted()).toEqual(['dead', 'demo', 'none'])
  expect([...valuesOf('provider')].toSorted()).toEqual(['demo', 'none'])
  for (const status of valuesOf('status')) expect(status).toMatch(/^([2-5]\d\d|none)$/)
})
