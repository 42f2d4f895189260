import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import type { Baton } from '../../support/baton.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { follow, redirectUri, relyingParty } from '../../support/relying-party.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('second', perFile, ({ startAnother }) => startAnother())

test.for([1, 2, 3])(
  'of 50 parallel token requests for one code on two servers one gets lasting tokens (round %i)',
  async (_, { baton, signedIn, second }) => {
    const app = await relyingParty(baton.url, 'web')
    const { url, checks } = await app.begin()
    const end = await follow(await signedIn(), url)
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: end.url.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: checks.pkceCodeVerifier,
    }).toString()
    const headers = {
      host: new URL(baton.url).host,
      authorization: `Basic ${btoa('web:the+secret+of+web')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
    }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, turn) =>
        httpCall(turn % 2 ? second.address : baton.address, '/oidc/token', {
          method: 'POST',
          headers,
          body,
        }),
      ),
    )
    const winners = answers.filter(({ status }) => status === 200)
    expect(winners).toHaveLength(1)
    for (const loser of answers.filter(({ status }) => status !== 200))
      expect([loser.status, loser.json().error]).toEqual([400, 'invalid_grant'])

    const tokens = winners[0]?.json<{ access_token: string; refresh_token: string; id_token: string }>()
    const { sub = '' } = decodeJwt(tokens?.id_token ?? '')
    expect(await app.userinfo(tokens?.access_token ?? '', sub)).toMatchObject({ sub })
    expect((await app.refresh(tokens?.refresh_token ?? '')).access_token).toBeDefined()
  },
)

test('two servers on one database publish the same keys', async ({ baton, second }) => {
  const host = new URL(baton.url).host
  const keysOf = async ({ address }: Baton) =>
    (await httpCall(address, '/oidc/jwks', { headers: { host } })).json<{ keys: object[] }>().keys
  const keys = await keysOf(baton)
  expect(keys).toHaveLength(2)
  expect(await keysOf(second)).toEqual(keys)
  for (const key of keys) expect(key).not.toHaveProperty('d')
})
