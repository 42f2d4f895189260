import { expect } from 'vitest'
import { askForNonce, postNonce } from '../../support/ask-for-nonce.ts'
import { startBaton } from '../../support/baton.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { migratedPostgres } from '../../support/databases.ts'
import { newPerson } from '../../support/person.ts'
import { test as base, perFile } from '../../support/test.ts'
import { newVerifier } from '../../support/verifier.ts'

const settings = {
  near: { proximity: 'same-network', onReplay: 'end' },
  bound: { binding: 'ip' },
  inside: { networks: ['192.0.2.0/24', '2001:db8::/32'] },
  strict: { binding: 'verifier' },
  approving: { approval: 'required' },
} as const

type Name = keyof typeof settings

const test = base
  /** A Baton for each setting, all behind a proxy that tells where a request comes from. */
  .extend('batons', perFile, async ({ issuer, closing }) => {
    const started = Object.entries(settings).map(async ([name, handoff]) => {
      const config = {
        trustedIssuers: [issuer.trust],
        clients: [{ client_id: 'app', handoff: { mayRequest: true } }],
        trustedProxies: ['127.0.0.1'],
        handoff,
      }
      const baton = await startBaton({ config, database: { url: await migratedPostgres() } })
      return [name, closing({ ...baton, close: baton.stop })]
    })
    return Object.fromEntries(await Promise.all(started)) as Record<Name, { url: string; log(): string }>
  })
  /** A browser that a proxy says is at this address; without one, the proxy says nothing. */
  .extend('at', ({ batons }) => (name: Name, address?: string) => {
    const headers: Record<string, string> = address === undefined ? {} : { 'x-forwarded-for': address }
    return newPerson(batons[name].url, undefined, headers)
  })
  /** The answer to an app that asks for a nonce from this address. */
  .extend('ask', ({ batons, issuer }) => async (name: Name, address?: string, form = {}) => {
    const { url } = batons[name]
    const headers: Record<string, string> = address === undefined ? {} : { 'x-forwarded-for': address }
    return postNonce(url, { token: await issuer.idToken(url), ...form }, headers)
  })

const nonceOf = async (answer: Response) => ((await answer.json()) as { nonce: string }).nonce

test.for<[source: string | undefined, target: string | undefined, status: number]>([
  ['192.0.2.10', '192.0.2.200', 200],
  ['192.0.2.10', '192.0.3.10', 403],
  ['2001:db8:1:2::a', '2001:db8:1:2:ffff::b', 200],
  ['2001:db8:1:2::a', '2001:db8:1:3::a', 403],
  ['192.0.2.10', '2001:db8::1', 403],
  ['192.0.2.10:4711', '192.0.2.11', 200],
  ['198.51.100.1, 192.0.2.10', '192.0.2.11', 200],
  [undefined, '192.0.2.10', 200],
  ['192.0.2.10', undefined, 200],
  ['192.0.2.10', 'unknown', 200],
])(
  'with proximity, a nonce of %s opened from %s is answered with %i',
  async ([source, target, status], { ask, at }) => {
    const nonce = await nonceOf(await ask('near', source))
    const browser = at('near', target)
    const page = await browser.request(`/handoff?nonce=${nonce}`)
    expect(page.status).toBe(status)
    if (status === 200) expect((await browser.redeem(nonce)).status).toBe(303)
    else expect(await page.text()).toContain('This link works in another network')
  },
)

test('a browser that has moved to another network redeems nothing, and may come back', async ({
  ask,
  at,
}) => {
  const nonce = await nonceOf(await ask('near', '192.0.2.10'))
  const browser = at('near', '192.0.2.11')
  const press = await browser.openHandoff(nonce)
  expect(press instanceof Response).toBe(false)
  const moved = at('near', '198.51.100.1')
  for (const { key, value } of (await browser.jar.serialize()).cookies)
    await moved.jar.setCookie(`${key}=${value}; Path=/`, moved.origin)
  const page = await moved.request('/handoff')
  expect(page.status).toBe(403)
  if (!(press instanceof Response)) expect((await press()).status).toBe(303)
})

test.for<[source: string | undefined, target: string | undefined, status: number]>([
  ['192.0.2.10', '192.0.2.200', 303],
  ['192.0.2.10', '192.0.3.10', 410],
  ['192.0.2.10', undefined, 410],
  ['2001:db8:1:2::a', '2001:db8:1:2::b', 303],
  ['2001:db8:1:2::a', '2001:db8:1:4::b', 410],
])(
  'bound to its network, a nonce of %s redeemed from %s is answered with %i',
  async ([source, target, status], { ask, at }) => {
    const nonce = await nonceOf(await ask('bound', source))
    expect((await at('bound', target).redeem(nonce)).status).toBe(status)
  },
)

test('bound to its network, no nonce is issued where nobody tells the address', async ({ ask }) => {
  await expectRefusal(await ask('bound'), 403, 'access_denied')
})

test.for<[string | undefined, number]>([
  ['192.0.2.1', 200],
  ['2001:db8:ffff::1', 200],
  ['198.51.100.1', 403],
  ['198.51.100.1, 192.0.2.1', 200],
  ['192.0.2.1, 198.51.100.1', 403],
  [undefined, 403],
])(
  'a nonce that is asked for from %s, outside or inside of `networks`, is answered with %i',
  async ([address, status], { ask }) => {
    const answer = await ask('inside', address)
    expect(answer.status).toBe(status)
    if (status === 403) await expectRefusal(answer, 403, 'access_denied')
  },
)

test('where every nonce is bound, none is issued without a challenge', async ({ ask }) => {
  await expectRefusal(await ask('strict'), 400, 'invalid_request')
  expect((await ask('strict', undefined, newVerifier().challenge)).status).toBe(200)
})

test('where every hand-off is approved, an ID token is no proof', async ({ ask }) => {
  await expectRefusal(await ask('approving'), 403, 'unauthorized_client')
  await expectRefusal(await ask('approving', undefined, newVerifier().challenge), 403, 'unauthorized_client')
})

test('there, every nonce needs a yes but one that the header proves', async ({ batons, issuer, at }) => {
  const { url } = batons.approving
  const exchange = await fetch(`${url}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: 'app',
      subject_token: await issuer.idToken(url),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    }),
  })
  const { access_token } = (await exchange.json()) as { access_token: string }
  const bearer = { authorization: `Bearer ${access_token}` }
  const { verifier, challenge } = newVerifier()
  const ask = async (form = {}) => nonceOf(await postNonce(url, form, bearer))

  const unbound = await ask()
  const browser = at('approving')
  const press = await browser.openHandoff(unbound)
  if (press instanceof Response) throw new Error('no page')
  expect((await press()).status).toBe(202)
  // The app sees and approves by its web nonce.
  const status = await fetch(`${url}/api/nonce/status?nonce=${unbound}`, { headers: bearer })
  const { state, number } = (await status.json()) as { state: string; number: string }
  expect(state).toBe('asking')
  const body = new URLSearchParams({ nonce: unbound, number, approve: 'yes' })
  expect((await fetch(`${url}/api/nonce/approval`, { method: 'POST', body, headers: bearer })).status).toBe(
    204,
  )
  expect((await press()).status).toBe(303)

  const typed = await ask(challenge)
  expect((await at('approving').redeem(typed, { verifier })).status).toBe(202)
  const proven = await ask(challenge)
  const view = at('approving')
  await view.request(`/handoff?nonce=${proven}`, { headers: { 'baton-handoff-verifier': verifier } })
  expect((await view.redeem(proven)).status).toBe(303)
})

test('the fifth wrong verifier kills a nonce, however they come', async ({ batons, issuer, at }) => {
  const { url } = batons.strict
  for (const wrong of [4, 5]) {
    const { verifier, challenge } = newVerifier()
    const { nonce } = await askForNonce(url, await issuer.idToken(url), challenge)
    const browser = at('strict')
    const press = await browser.openHandoff(nonce)
    if (press instanceof Response) throw new Error('no page')
    // No verifier at all is no guess.
    expect((await press({ verifier: '' })).status).toBe(410)
    for (let guess = 0; guess < wrong; guess++) {
      const shown = newVerifier().verifier
      const answer = await (guess % 2
        ? press({ verifier: shown })
        : at('strict').request(`/handoff?nonce=${nonce}`, { headers: { 'baton-handoff-verifier': shown } }))
      expect(answer.status).toBe(410)
    }
    expect((await press({ verifier })).status).toBe(wrong < 5 ? 303 : 410)
  }
})

test('of 50 wrong verifiers at once none is let in, and the nonce is dead', async ({
  batons,
  issuer,
  at,
}) => {
  const { url } = batons.strict
  const { verifier, challenge } = newVerifier()
  const { nonce } = await askForNonce(url, await issuer.idToken(url), challenge)
  const press = await at('strict').openHandoff(nonce)
  if (press instanceof Response) throw new Error('no page')
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => press({ verifier: newVerifier().verifier })),
  )
  expect(answers.every(({ status }) => status === 410)).toBe(true)
  expect((await press({ verifier })).status).toBe(410)
})

test('who names two addresses hides one, and is refused where the network counts', async ({
  ask,
  batons,
}) => {
  const nonce = await nonceOf(await ask('near', '192.0.2.10'))
  const liars = [
    { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=192.0.2.10' },
    { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=192.0.2.10, for=127.0.0.1' },
    { 'x-forwarded-for': '192.0.2.10, 127.0.0.1', forwarded: 'for=198.51.100.1' },
  ]
  for (const headers of liars) {
    const page = await newPerson(batons.near.url, undefined, headers).request(`/handoff?nonce=${nonce}`)
    expect(page.status).toBe(403)
  }
})

test('a browser that is too far away to spend a nonce ends nothing by it', async ({ ask, at, batons }) => {
  const { verifier, challenge } = newVerifier()
  const nonce = await nonceOf(await ask('near', '192.0.2.10', challenge))
  const near = at('near', '192.0.2.11')
  expect((await near.redeem(nonce, { verifier })).status).toBe(303)
  const far = at('near', '198.51.100.1')
  const headers = { 'baton-handoff-verifier': verifier }
  expect((await far.request(`/handoff?nonce=${nonce}`, { headers })).status).toBe(410)
  expect(await near.session()).not.toBeNull()
  // A near one could have.
  expect((await at('near', '192.0.2.12').request(`/handoff?nonce=${nonce}`, { headers })).status).toBe(410)
  expect(await near.session()).toBeNull()
  await expect.poll(() => batons.near.log()).toContain('handoff.replayed')
})
