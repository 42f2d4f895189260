import { expect } from 'vitest'
import { test as base } from '../../support/test-proxy.ts'

const test = base
  /** What a call with these headers gets: `forwarded`, or the status and Baton's error code. */
  .extend(
    'outcome',
    ({ baton, proxy, seen }) =>
      async (method: string, headers: Record<string, string>, backend = 'calls') => {
        const before = seen.length
        const own = headers.origin === 'own' ? { origin: baton.url } : {}
        const answer = await proxy.call(`/${backend}/x`, {
          method,
          headers: { 'sec-fetch-site': undefined, ...headers, ...own },
        })
        if (answer.status === 200 && seen.length === before + 1) return 'forwarded'
        expect(seen).toHaveLength(before)
        expect(answer.headers['cache-control']).toBe('no-store')
        return `${answer.status} ${method === 'HEAD' ? '' : answer.json().error}`.trim()
      },
  )

const unsafe = ['POST', 'PUT', 'PATCH', 'DELETE']

test.for(['GET', 'HEAD', 'OPTIONS', ...unsafe])(
  '%s goes through from an own page and from the address bar, and from nowhere else',
  async (method, { outcome }) => {
    const refused = method === 'HEAD' ? '403' : '403 csrf'
    expect(await outcome(method, { 'sec-fetch-site': 'same-origin' })).toBe('forwarded')
    expect(await outcome(method, { 'sec-fetch-site': 'none' })).toBe('forwarded')
    for (const site of ['cross-site', 'same-site', '', 'Same-Origin', 'anything', 'same-origin, cross-site'])
      expect(await outcome(method, { 'sec-fetch-site': site }), site).toBe(refused)
  },
)

test('Fetch Metadata decides where it is there, whatever Origin says', async ({ outcome }) => {
  expect(await outcome('POST', { 'sec-fetch-site': 'cross-site', origin: 'own' })).toBe('403 csrf')
  expect(await outcome('POST', { 'sec-fetch-site': 'same-origin', origin: 'null' })).toBe('forwarded')
})

test.for(['GET', 'OPTIONS', ...unsafe])(
  'without Fetch Metadata %s goes through with the own Origin alone',
  async (method, { outcome, baton }) => {
    expect(await outcome(method, { origin: 'own' })).toBe('forwarded')
    const { url, address } = baton
    const near = [`${url}.evil.example`, url.replace('http:', 'https:'), `${url}0`, `${url}/`, address, '']
    for (const origin of ['https://evil.example', 'null', ...near])
      expect(await outcome(method, { origin }), origin).toBe('403 csrf')
  },
)

test.for(['GET', 'HEAD', 'OPTIONS'])(
  '%s with neither of the two headers goes through',
  async (method, { outcome }) => {
    expect(await outcome(method, {})).toBe('forwarded')
  },
)

test.for(unsafe)('%s with neither of the two headers is refused', async (method, { outcome, baton }) => {
  expect(await outcome(method, {})).toBe('403 csrf')
  expect(await outcome(method, { referer: `${baton.url}/` })).toBe('403 csrf')
})

const opening: Record<string, string>[] = [{ 'sec-fetch-mode': 'navigate' }, { 'service-worker': 'script' }]

test.for(opening)(
  'an answer cannot be opened as a page or a service worker (%j)',
  async (how, { outcome }) => {
    for (const site of ['same-origin', 'none'])
      expect(await outcome('GET', { 'sec-fetch-site': site, ...how })).toBe('403 csrf')
    expect(await outcome('POST', { 'sec-fetch-site': 'same-origin', ...how })).toBe('403 csrf')
    expect(await outcome('GET', how)).toBe('403 csrf')
  },
)

test.for(opening)(
  'a navigable backend can be opened, from Baton itself alone (%j)',
  async (how, { outcome }) => {
    for (const site of ['same-origin', 'none'])
      expect(await outcome('GET', { 'sec-fetch-site': site, ...how }, 'pages')).toBe('forwarded')
    for (const site of ['cross-site', 'same-site'])
      expect(await outcome('GET', { 'sec-fetch-site': site, ...how }, 'pages')).toBe('403 csrf')
  },
)

test.for(['cors', 'no-cors', 'same-origin', 'websocket'])(
  'an own call in the mode %s is no navigation',
  async (mode, { outcome }) => {
    expect(await outcome('GET', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': mode })).toBe(
      'forwarded',
    )
  },
)
