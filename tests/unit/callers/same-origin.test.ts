import { expect, test } from 'vitest'
import { requireSameOrigin } from '#lib/callers/same-origin.ts'

const own = 'https://baton.example.org'

function call(method: string | undefined, headers: Record<string, string>, navigable = false): string {
  try {
    requireSameOrigin({ method, header: (name) => headers[name] }, own, { navigable })
    return 'passes'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test.each([
  ['same-origin', 'passes'],
  ['none', 'passes'],
  ['same-site', 'csrf'],
  ['cross-site', 'csrf'],
  ['', 'csrf'],
  ['SAME-ORIGIN', 'csrf'],
  ['same-origin, cross-site', 'csrf'],
  ['same-origin, same-origin', 'csrf'],
])('Sec-Fetch-Site: "%s" decides alone, whatever method and Origin say: %s', (site, outcome) => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', undefined])
    for (const origin of [undefined, own, 'https://evil.test', 'null']) {
      const headers = { 'sec-fetch-site': site, ...(origin !== undefined && { origin }) }
      expect(call(method, headers), `${method} ${origin}`).toBe(outcome)
    }
})

test.each([
  [own, 'passes'],
  ['https://evil.test', 'csrf'],
  ['null', 'csrf'],
  ['', 'csrf'],
  ['http://baton.example.org', 'csrf'],
  ['https://baton.example.org:8443', 'csrf'],
  ['https://baton.example.org.evil.test', 'csrf'],
  ['https://sub.baton.example.org', 'csrf'],
  [`${own}/`, 'csrf'],
  [`${own}, ${own}`, 'csrf'],
])('without Sec-Fetch-Site, Origin "%s" decides for any method: %s', (origin, outcome) => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', undefined])
    expect(call(method, { origin }), method).toBe(outcome)
})

test.each([
  ['GET', 'passes'],
  ['HEAD', 'passes'],
  ['OPTIONS', 'passes'],
  ['POST', 'csrf'],
  ['PUT', 'csrf'],
  ['PATCH', 'csrf'],
  ['DELETE', 'csrf'],
  ['PROPFIND', 'csrf'],
  ['get', 'csrf'],
  [undefined, 'csrf'],
])('with neither header, only a safe method passes: %s %s', (method, outcome) => {
  expect(call(method, {})).toBe(outcome)
})

test.each([
  [{ 'sec-fetch-mode': 'navigate' }, 'csrf', 'passes'],
  [{ 'service-worker': 'script' }, 'csrf', 'passes'],
  [{ 'sec-fetch-mode': 'navigate', 'service-worker': 'script' }, 'csrf', 'passes'],
  [{ 'sec-fetch-mode': 'cors' }, 'passes', 'passes'],
  [{ 'sec-fetch-mode': 'same-origin' }, 'passes', 'passes'],
  [{ 'sec-fetch-mode': 'no-cors' }, 'passes', 'passes'],
])(
  'an answer is opened as a page or service worker only where that is allowed: %j %s, navigable %s',
  (headers, refused, navigable) => {
    const sameOrigin = { 'sec-fetch-site': 'same-origin', ...headers }
    expect(call('GET', sameOrigin)).toBe(refused)
    expect(call('GET', sameOrigin, true)).toBe(navigable)
  },
)

test('being navigable opens nothing to other sites', () => {
  expect(call('GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, true)).toBe('csrf')
  expect(call('POST', { origin: 'https://evil.test' }, true)).toBe('csrf')
})
