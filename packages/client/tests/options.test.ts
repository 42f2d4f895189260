import { expect, test } from 'vitest'
import { BatonError, type ClientOptions, createClient } from '../src/index.ts'

const good = { batonUrl: 'https://baton.example', clientId: 'app' }
const provider = { issuer: 'https://login.example', clientId: 'app' }

test.each<[string, Partial<ClientOptions>]>([
  ['a Baton without TLS', { batonUrl: 'http://baton.example' }],
  ['a Baton that only begins like the loopback address', { batonUrl: 'http://127.0.0.1.evil.example' }],
  ['a Baton with a path', { batonUrl: 'https://baton.example/app' }],
  ['a Baton with a password', { batonUrl: 'https://a:b@baton.example' }],
  ['a Baton that is no URL', { batonUrl: 'baton' }],
  ['no client', { clientId: '' }],
  ['an empty secret', { clientSecret: '' }],
  ['an issuer without TLS', { identityProvider: { ...provider, issuer: 'http://login.example' } }],
  ['an issuer with a query', { identityProvider: { ...provider, issuer: 'https://login.example/?a' } }],
  ['no client of the identity provider', { identityProvider: { ...provider, clientId: '' } }],
  ['a scope without openid', { identityProvider: { ...provider, scope: 'profile' } }],
])('a client with %s is refused', (_, changed) => {
  expect(() => createClient({ ...good, ...changed })).toThrow(
    expect.toSatisfy((error) => error instanceof BatonError && error.code === 'invalid_argument'),
  )
})

test.each(['http://localhost:3000', 'http://127.0.0.1:3000/', 'http://[::1]:3000', 'https://baton.example/'])(
  'a client of %s is made',
  (batonUrl) => {
    expect(createClient({ ...good, batonUrl, identityProvider: provider })).toBeDefined()
  },
)
