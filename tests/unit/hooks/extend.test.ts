import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Hooks, SignIn, TokenAbout } from '#lib/hooks/hooks.ts'
import { loadHooks } from '#lib/hooks/load-hooks.ts'
import { listen } from '../../support/partners.ts'

// The examples of `docs/extend.md`, run as they are written there.
const examples = [...readFileSync('docs/extend.md', 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
  ([, text = '']) => text,
)
const folder = mkdtempSync(join(tmpdir(), 'baton-extend-'))
const around = { signal: new AbortController().signal }
const posted: string[] = []
let server: Awaited<ReturnType<typeof listen>>

beforeAll(async () => {
  server = await listen(async (request, response) => {
    if (request.method === 'POST') {
      for await (const chunk of request) posted.push(String(chunk))
      return void response.end()
    }
    if (request.url === '/people/known') return void response.end('{"displayName":"Ada Lovelace"}')
    response.writeHead(request.url === '/people/unknown' ? 404 : 500).end()
  })
  vi.stubEnv('DIRECTORY_URL', server.url)
  vi.stubEnv('WEBHOOK_URL', server.url)
  vi.stubEnv('ROLES_FILE', join(folder, 'roles.json'))
  writeFileSync(join(folder, 'roles.json'), '{"ada@example.org":["admin"]}')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await server.close()
})

async function example(index: number): Promise<Hooks> {
  const hooksFile = join(folder, `${index}.ts`)
  writeFileSync(hooksFile, examples[index] ?? '')
  return loadHooks({ hooksFile })
}

test('there are three examples, one for each hook', async () => {
  const hooks = await Promise.all(examples.map((_, index) => example(index)))
  expect(hooks.map((each) => Object.keys(each))).toEqual([['onSignIn'], ['claims'], ['onEvent']])
})

test('the directory lets in whom it knows, and nobody while it is away', async () => {
  const { onSignIn } = await example(0)
  const asked = async (subject: string) => onSignIn?.({ subject } as SignIn, around)
  expect(await asked('known')).toEqual({ name: 'Ada Lovelace' })
  expect(await asked('unknown')).toBe(false)
  await expect(asked('other')).rejects.toThrow('the directory answered 500')
})

test('roles are in access tokens alone', async () => {
  const { claims } = await example(1)
  const asked = async (email: string, use: 'access_token' | 'id_token') =>
    claims?.({ session: { user: { email } }, token: { use } } as TokenAbout, around)
  expect(await asked('ada@example.org', 'access_token')).toEqual({ roles: ['admin'] })
  expect(await asked('bob@example.org', 'access_token')).toEqual({ roles: [] })
  expect(await asked('ada@example.org', 'id_token')).toEqual({})
})

test('the webhook is told of what is alarming', async () => {
  const { onEvent } = await example(2)
  await onEvent?.({ type: 'issued' }, around)
  await onEvent?.({ type: 'replayed', id: 7 }, around)
  expect(posted.map((body) => JSON.parse(body))).toEqual([
    { text: 'Baton: a hand-off was replayed', event: { type: 'replayed', id: 7 } },
  ])
})
