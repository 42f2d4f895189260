import { expect, test } from 'vitest'
import { initiationOf, plainInitiationOf } from '#lib/handoff/initiation.ts'
import { configOf } from '../../support/config.ts'

async function initiation(initiate_login_uri: string, redirectTo: string | null = '/cart?a=1') {
  const config = await configOf({
    file: {
      clients: [
        {
          client_id: 'shop',
          client_secret: 'a secret of the application',
          redirect_uris: ['https://shop.example.org/callback'],
          initiate_login_uri,
          handoff: { mayReceive: true },
        },
      ],
    },
  })
  return Object.fromEntries(
    initiationOf({ nonce: 'n', target: 'shop', redirectTo }, config)?.searchParams ?? [],
  )
}

const iss = 'https://baton.example.org/oidc'
const target_link_uri = 'https://shop.example.org/cart?a=1'

test("a query of the application's own goes with it", async () => {
  const parameters = await initiation('https://shop.example.org/login?tenant=a%26b')
  expect(parameters).toEqual({ tenant: 'a&b', iss, nonce: 'n', target_link_uri })
})

test('nothing of that query stands in place of what Baton says', async () => {
  const parameters = await initiation(
    'https://shop.example.org/login?nonce=x&iss=x&nonce=y&target_link_uri=x',
  )
  expect(parameters).toEqual({ iss, nonce: 'n', target_link_uri })
})

test('without a page to go to there is no target_link_uri', async () => {
  expect(await initiation('https://shop.example.org/login', null)).toEqual({ iss, nonce: 'n' })
})

test.each([
  ['https://shop.example.org/', { iss, target_link_uri: 'https://shop.example.org/' }],
  // Applications refuse to go on to another origin.
  ['https://www.example.org/shop', { iss }],
  [undefined, { iss }],
])('an ordinary sign-in for an application at %s has no nonce', (client_uri, expected) => {
  const initiate_login_uri = 'https://shop.example.org/login'
  const url = plainInitiationOf({ initiate_login_uri, client_uri }, { url: 'https://baton.example.org' })
  expect(url?.origin).toBe('https://shop.example.org')
  expect(Object.fromEntries(url?.searchParams ?? [])).toEqual(expected)
})

test("an ordinary sign-in keeps the application's own query", () => {
  const uri = { initiate_login_uri: 'https://shop.example.org/login?tenant=a&iss=x', client_uri: undefined }
  const url = plainInitiationOf(uri, { url: 'https://baton.example.org' })
  expect(url?.search).toBe(`?tenant=a&iss=${encodeURIComponent(iss)}`)
})

test('an application without an address where sign-ins begin has none', () => {
  const uri = { initiate_login_uri: undefined, client_uri: undefined }
  expect(plainInitiationOf(uri, { url: 'https://baton.example.org' })).toBeUndefined()
})
