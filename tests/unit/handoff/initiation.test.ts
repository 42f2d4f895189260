import { expect, test } from 'vitest'
import { initiationOf } from '#lib/handoff/initiation.ts'
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
