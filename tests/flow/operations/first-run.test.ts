import { expect } from 'vitest'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, { config: () => ({}) } satisfies Setup)

test('without a configuration, the home page tells the operator what to set', async ({ baton, newcomer }) => {
  const answer = await newcomer().request('/')
  expect(answer.status).toBe(200)
  const html = await answer.text()
  expect(html).toContain('Set up sign-in')
  expect(html).toContain(`>${baton.url}/api/auth/callback/login</pre>`)
  const block = /<pre[^>]*>(\{.*?)<\/pre>/s.exec(html)?.[1]?.replaceAll('&quot;', '"') ?? ''
  expect(JSON.parse(block).providers).toEqual([expect.objectContaining({ id: 'login', type: 'oidc' })])
  for (const word of ['BATON_CONFIG', 'baton.config.json', 'Restart Baton']) expect(html).toContain(word)
  expect(html).not.toContain('action="/sign-in')
})

test.for(['/sign-in', '/sign-in?callbackUrl=/sessions'])('%s leads there', async (path, { newcomer }) => {
  const answer = await newcomer().request(path)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
})

test('the log warns of it, once', ({ baton }) => {
  const lines = baton.log().split('\n')
  const warnings = lines.filter((line) => line.includes('nobody can sign in yet'))
  expect(warnings.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 'warn', advice: expect.stringContaining(baton.url) }),
  ])
})
