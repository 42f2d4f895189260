import { expect, test } from 'vitest'
import { applicationOf } from '#lib/brand/application-of.ts'
import { configOf } from '../../support/config.ts'

const native = { application_type: 'native', token_endpoint_auth_method: 'none' }
const config = await configOf({
  file: {
    clients: [
      {
        client_id: 'shop',
        client_name: 'Example shop',
        client_secret: 'a secret of the shop that is long',
        client_uri: 'https://www.example.org/shop',
        logo_uri: 'https://cdn.example.net/logo.svg',
        policy_uri: 'https://example.org/privacy',
        tos_uri: 'https://example.org/terms',
        redirect_uris: ['https://shop.example.org/callback'],
      },
      { client_id: 'plain', ...native, redirect_uris: ['app:/callback', 'https://app.example.org:8443/x'] },
      { client_id: 'app', ...native, redirect_uris: ['app:/callback'] },
    ],
  },
})
const logos = { pathOf: ({ client_id }: { client_id: string }) => `/logo-of-${client_id}` }

test('pages show what a client has registered, and its logo from Baton alone', () => {
  expect(applicationOf('shop', { config, logos })).toEqual({
    name: 'Example shop',
    host: 'www.example.org',
    uri: 'https://www.example.org/shop',
    logo: '/logo-of-shop',
    policyUri: 'https://example.org/privacy',
    tosUri: 'https://example.org/terms',
  })
})

test('without a home page an application has the host that it is reached at, if there is one', () => {
  expect(applicationOf('plain', { config, logos })).toMatchObject({
    name: 'plain',
    host: 'app.example.org:8443',
  })
  expect(applicationOf('app', { config, logos })?.host).toBeUndefined()
})

test('an unknown client is no application', () => {
  for (const id of ['other', '', null, undefined])
    expect(applicationOf(id, { config, logos })).toBeUndefined()
})
