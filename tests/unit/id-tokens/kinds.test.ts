import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forExchange } from '#lib/id-tokens/authorized-client.ts'
import { comparedVerifierFor, goodClaims, now, verifierFor } from '../../support/id-token-rules.ts'
import { type Issuer, newKey, type SigningKey, signed, startIssuer } from '../../support/issuer.ts'

let issuer: Issuer
let key: SigningKey

beforeAll(async () => {
  key = await newKey('RS256')
  issuer = await startIssuer([key])
})
afterAll(() => issuer.switchOff())

type Claims = Record<string, unknown>
const hash = 'GAHz1tLRZIVz1oWdnVm5BQ'

/**
 * What issuers write into their tokens beside `iss`, `sub`, `aud`, `iat` and `exp`, as they document or send
 * it.
 */
const idTokens: [issuer: string, claims: Claims, rules?: Claims][] = [
  ['Keycloak', { typ: 'ID', azp: 'app', at_hash: hash, sid: 's', acr: '1', preferred_username: 'demo' }],
  ['Entra', { ver: '2.0', tid: 't', oid: 'o', rh: '0.', uti: 'u', preferred_username: 'demo@example.org' }],
  [
    'Google',
    { azp: 'app', at_hash: hash, email: 'demo@example.org', email_verified: true, hd: 'example.org' },
  ],
  ['Okta', { ver: 1, jti: 'ID.x', amr: ['pwd'], idp: 'i', auth_time: 1, at_hash: hash }],
  ['Cognito', { token_use: 'id', at_hash: hash, 'cognito:username': 'demo', event_id: 'e', origin_jti: 'j' }],
  ['Auth0', { sid: 's', nonce: 'n', nickname: 'demo', updated_at: '2026-11-01T00:00:00Z' }],
  ['LemonLDAP::NG', { azp: 'app', at_hash: hash, acr: 'loa-1', auth_time: 1, nonce: 'n' }],
  ['Curity', { purpose: 'id', azp: 'app', at_hash: hash, delegation_id: 'd', acr: 'urn:se:curity:x' }],
  ['Zitadel, with client_id', { azp: 'app', client_id: 'app', at_hash: hash, auth_time: 1, amr: ['pwd'] }],
  [
    'Cloud Foundry UAA, with client_id and scope',
    { azp: 'app', client_id: 'app', scope: ['openid'], c_hash: hash },
  ],
  ['an issuer with a mark', { client_id: 'app', nonce: 'n' }, { idTokenMark: { claim: 'nonce' } }],
  [
    'an issuer with a mark and its value',
    { scope: 'openid', kind: 'id' },
    { idTokenMark: { claim: 'kind', value: 'id' } },
  ],
]

const accessTokens: [issuer: string, claims: Claims, rules?: Claims][] = [
  ['Keycloak', { typ: 'Bearer', azp: 'app', scope: 'openid profile', realm_access: { roles: [] } }],
  ['Keycloak, without a scope', { typ: 'Bearer', azp: 'app' }],
  ['Keycloak, a refresh token', { typ: 'Refresh', azp: 'app', at_hash: hash }],
  ['Keycloak, a logout token', { typ: 'Logout', azp: 'app' }],
  ['Entra', { ver: '2.0', azp: 'app', scp: 'User.Read', appid: 'app', tid: 't' }],
  ['Okta', { ver: 1, jti: 'AT.x', cid: 'app', scp: ['openid'], uid: 'u' }],
  ['Okta, without scopes', { ver: 1, jti: 'AT.x', cid: 'app' }],
  ['Cognito', { token_use: 'access', client_id: 'app', scope: 'openid', username: 'demo' }],
  ['Cognito, with a hash that does not count', { token_use: 'access', at_hash: hash }],
  ['Auth0', { azp: 'app', scope: 'openid profile', permissions: [] }],
  ['LemonLDAP::NG 2.16', { client_id: 'app', scope: 'openid', jti: 'j' }],
  ['Curity', { purpose: 'access_token', scope: 'openid', client_id: 'app' }],
  ['RFC 9068 without its type', { client_id: 'app', scope: 'openid', jti: 'j', auth_time: 1 }],
  ['an empty scope', { scope: '' }],
  ['a scope of null', { scope: null }],
  ['a hash that is no text', { client_id: 'app', at_hash: true }],
  ['a typ that is no text', { typ: ['ID'] }],
  ['a typ in other letters', { typ: 'id' }],
  ['a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ['a logout token with the mark', { events: {}, nonce: 'n' }, { idTokenMark: { claim: 'nonce' } }],
  ['an issuer with a mark, without it', { nonce: undefined }, { idTokenMark: { claim: 'nonce' } }],
  [
    'an issuer with a mark, with another value',
    { kind: 'access' },
    { idTokenMark: { claim: 'kind', value: 'id' } },
  ],
  [
    'an issuer with a mark, of a kind of its own',
    { typ: 'Bearer', nonce: 'n' },
    { idTokenMark: { claim: 'nonce' } },
  ],
]

describe.each([
  ['for a hand-off nonce', comparedVerifierFor],
  [
    'in a token exchange',
    (url: string, rules: Claims) =>
      verifierFor(url, rules, forExchange('app', ['https://baton.example.org/oidc/token'])),
  ],
])('%s', (_, verifierOf) => {
  const verify = async (claims: Claims, rules: Claims = {}) =>
    verifierOf(issuer.url, rules)(await signed(key, goodClaims(issuer.url, claims)))

  test.each(idTokens)('an ID token of %s is taken', async (_, claims, rules) => {
    expect(await verify(claims, rules)).toMatchObject({ subject: 's-1', clientId: 'app' })
  })

  test.each(accessTokens)('a token that is no ID token is refused: %s', async (_, claims, rules) => {
    await expect(verify(claims, rules)).rejects.toMatchObject({ code: 'invalid_grant' })
  })

  test('the token that these differ from is good', async () => {
    expect((await verify({ iat: now() })).subject).toBe('s-1')
  })
})
