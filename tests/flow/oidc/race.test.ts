import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Baton, startBaton } from '../../support/baton.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import type { Partners } from '../../support/partners.ts'
import { follow, redirectUri, registration, relyingParty } from '../../support/relying-party.ts'
import { type Stage, startStage } from '../../support/stage.ts'

let stage: Stage
let second: Baton

const config = (partners: Partners) => partners.config({ clients: [registration('web')] })

beforeAll(async () => {
  stage = await startStage({ config })
  second = await startBaton({
    config: config(stage.partners),
    database: { url: stage.databaseUrl },
    publicPort: Number(new URL(stage.baton.url).port),
  })
})

afterAll(async () => {
  await second?.stop()
  await stage?.close()
})

test.each([1, 2, 3])(
  'of 50 parallel token requests for one code on two servers one gets tokens that stay good, and 49 are refused (round %i)',
  async () => {
    const app = await relyingParty(stage.baton.url, 'web')
    const { url, checks } = await app.begin()
    const end = await follow(await stage.signedIn(), url)
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: end.url.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: checks.pkceCodeVerifier,
    }).toString()
    const headers = {
      host: new URL(stage.baton.url).host,
      authorization: `Basic ${btoa('web:secret+of+web')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
    }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, turn) =>
        httpCall(turn % 2 ? second.address : stage.baton.address, '/oidc/token', {
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

test('two servers on one database publish the same keys', async () => {
  const host = new URL(stage.baton.url).host
  const keysOf = async ({ address }: Baton) =>
    (await httpCall(address, '/oidc/jwks', { headers: { host } })).json<{ keys: object[] }>().keys
  const keys = await keysOf(stage.baton)
  expect(keys).toHaveLength(2)
  expect(await keysOf(second)).toEqual(keys)
  for (const key of keys) expect(key).not.toHaveProperty('d')
})
