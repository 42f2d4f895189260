import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { listen } from '../../../tests/support/partners.ts'
import { type Client, memoryStorage } from '../src/index.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

const BACKEND = 'https://backend.example'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => {
  stage.baton.asUsual()
  stage.provider.asUsual()
})
afterAll(() => stage.close())

const show = (error: unknown) => `${inspect(error, { depth: 9, showHidden: true })}${JSON.stringify(error)}`

const calls: [name: string, address: string, call: (client: Client) => Promise<unknown>][] = [
  ['getAccessToken', 'POST /oidc/token', (client) => client.getAccessToken(BACKEND)],
  ['handOff', 'POST /api/nonce', (client) => client.handOff()],
  ['signOut', 'POST /oidc/revoke', (client) => client.signOut()],
]

test.each(calls)(
  'an answer that repeats what it was sent puts no token into the error of %s',
  async (_, address, call) => {
    const { client, webNonce } = await stage.signedIn()
    const bad = [
      {
        'content-type': 'application/json',
        body: (text: string) => `{"error":"server_error","error_description":"bad: ${text}"}`,
      },
      { 'content-type': 'application/json', body: (text: string) => `{"error":"${text}${text}${text}"}` },
      { 'content-type': 'application/json', body: (text: string) => `${text} is not JSON` },
      { 'content-type': 'text/html', body: (text: string) => `<p>${text}` },
    ]
    for (const { body, ...headers } of bad) {
      stage.baton.answerInstead(address, (res) => res.writeHead(400, headers).end(body(webNonce)))
      expect(show(await errorOf(call(client)))).not.toContain(webNonce)
      if (!(await client.isSignedIn())) return
    }
  },
)

test('a code that the identity provider repeats is not in the error', async () => {
  const code = 'c'.repeat(43)
  stage.provider.answerToken((res) => {
    const body = { error: 'invalid_grant', error_description: `The code ${code} has expired` }
    res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const client = stage.client()
  const { url } = await client.beginSignIn()
  const error = await errorOf(client.finishSignIn(stage.provider.callback(url, { code })))
  expect(error.description).toBe('The code … has expired')
  expect(show(error)).not.toContain(code)
})

test('a callback that is not a URL or belongs to no sign-in is not in the error', async () => {
  const client = stage.client()
  for (const callback of [
    '//?code=secret-code&state=s',
    'http://[?code=secret-code',
    'app:/?code=secret-code&state=s',
  ])
    expect(show(await errorOf(client.finishSignIn(callback)))).not.toContain('secret-code')
})

test('a refused ID token is not in the error', async () => {
  const client = stage.client()
  stage.provider.sayClaims({ aud: 'other', sub: 'secret-subject' })
  const { url } = await client.beginSignIn()
  let idToken = ''
  stage.provider.answerToken((res, token) => {
    idToken = token
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id_token: token }))
  })
  const shown = show(await errorOf(client.finishSignIn(stage.provider.callback(url))))
  expect(shown).not.toContain(idToken)
  expect(shown).not.toContain('secret-subject')
})

test('printing a client does not show the session', async () => {
  const { client, webNonce } = await stage.signedIn()
  await client.getAccessToken(BACKEND)
  expect(show(client)).not.toContain(webNonce)
})

test.each([301, 302, 303, 307, 308])('no secret follows a redirect with status %i', async (status) => {
  const seen: string[] = []
  const thief = await listen((req, res) => {
    seen.push(req.url ?? '')
    res.end('{}')
  })
  const redirect = (address: string) =>
    stage.baton.answerInstead(address, (res) => res.writeHead(status, { location: thief.url }).end())
  try {
    const { client } = await stage.signedIn()
    for (const address of ['POST /oidc/token', 'POST /api/nonce', 'POST /api/token', 'POST /oidc/revoke'])
      redirect(address)
    for (const call of [
      () => client.getAccessToken(BACKEND),
      () => client.handOff(),
      () => client.getToken(),
      async () => stage.client().signInWithIdToken(await stage.provider.idToken()),
    ])
      expect(await errorOf(call())).toMatchObject({ code: 'network' })
    expect(await errorOf(client.signOut())).toMatchObject({ code: 'not_revoked' })

    stage.provider.answerToken((res) => res.writeHead(status, { location: thief.url }).end())
    const other = stage.client()
    const { url } = await other.beginSignIn()
    expect(await errorOf(other.finishSignIn(stage.provider.callback(url)))).toMatchObject({ code: 'network' })
    expect(seen).toEqual([])
  } finally {
    await thief.close()
  }
})

test('when fetch ignores the redirect option, an answer from another origin is refused', async () => {
  const thief = await listen((_req, res) => {
    res.writeHead(200, { 'content-type': 'application/json' })
    res.end('{"nonce":"n","expires_in":30,"handoff_uri":"https://evil.example/"}')
  })
  const following = (input: string, init?: RequestInit) => fetch(input, { ...init, redirect: 'follow' })
  // React Native's responses have no `redirected`.
  const silent = async (input: string, init?: RequestInit) => {
    const response = await following(input, init)
    return { ...pick(response), redirected: undefined } as unknown as Response
  }
  const pick = (response: Response) => ({
    url: response.url,
    status: response.status,
    headers: response.headers,
    arrayBuffer: () => response.arrayBuffer(),
  })
  try {
    for (const fetch of [following, silent]) {
      const { client } = await stage.signedIn({ fetch })
      for (const address of ['POST /api/nonce', 'GET /api/backends/demo/x'])
        stage.baton.answerInstead(address, (res) => res.writeHead(303, { location: thief.url }).end())
      for (const call of [
        () => client.handOff(undefined, { binding: 'none' }),
        () => client.fetch('/api/backends/demo/x'),
      ])
        expect(await errorOf(call())).toMatchObject({ code: 'unsupported_response' })
      stage.baton.asUsual()
    }
  } finally {
    await thief.close()
  }
})

test('when fetch says it followed a redirect, its answer is refused, even from the same origin', async () => {
  const { client } = await stage.signedIn({
    fetch: (input, init) => fetch(input, { ...init, redirect: 'follow' }),
  })
  stage.baton.answerInstead('GET /api/backends/demo/x', (res) =>
    res.writeHead(307, { location: '/api/backends/other/y' }).end(),
  )
  expect(await errorOf(client.fetch('/api/backends/demo/x'))).toMatchObject({ code: 'unsupported_response' })
})

test('nothing is logged on success or failure', async () => {
  const methods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const
  const spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => undefined))
  try {
    const { client } = await stage.signedIn()
    await client.getAccessToken(BACKEND)
    await client.handOff()
    await errorOf(client.handOff('other'))
    await errorOf(client.finishSignIn('app:/?state=x'))
    await client.signOut()
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
})

test('no cookie is sent or kept', async () => {
  const seen: RequestInit[] = []
  const { client } = await stage.signedIn({
    storage: memoryStorage(),
    fetch: (input, init = {}) => {
      seen.push(init)
      return fetch(input, init)
    },
  })
  await client.handOff()
  await client.fetch('/api/backends/demo/x', { credentials: 'include' })
  expect(new Set(seen.map(({ credentials }) => credentials))).toEqual(new Set(['omit']))
})
