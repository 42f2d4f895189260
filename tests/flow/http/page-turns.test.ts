import { expect, onTestFinished } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { test as base } from '../../support/test-proxy.ts'

const test = base
  /** Strangers who load a page again and again, so many at once. */
  .extend('flood', ({ baton, host }) => (loaders: number, path: string, accept = 'text/html') => {
    const answers: { status: number; text: string; retryAfter: unknown; type: unknown }[] = []
    let isOver = false
    const load = async () => {
      while (!isOver) {
        const { status, text, headers } = await httpCall(baton.address, path, { headers: { host, accept } })
        answers.push({ status, text, retryAfter: headers['retry-after'], type: headers['content-type'] })
      }
    }
    const running = Array.from({ length: loaders }, load)
    const stop = async () => {
      isOver = true
      await Promise.all(running)
    }
    onTestFinished(stop)
    return { answers, stop }
  })

test('16 strangers who load pages do not hold up the calls of others', async ({ proxy, flood }) => {
  const call = () => proxy.call('/demo/api/authenticated/greeting')
  for (let warm = 0; warm < 20; warm++) await call()
  const { answers } = flood(16, '/')
  await expect.poll(() => answers.length).toBeGreaterThan(64)
  const before = answers.length
  const calls = 60
  for (let made = 0; made < calls; made++) expect((await call()).status).toBe(200)
  // One page at a time, and then calls: if all 16 were rendered side by side, a call would wait for many.
  expect(answers.length - before).toBeLessThan(3 * calls)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

test('pages beyond those that may wait are 503 in a few words, and people still get theirs', async ({
  person,
  flood,
}) => {
  const { answers, stop } = flood(150, '/')
  await expect.poll(() => answers.some(({ status }) => status === 503)).toBe(true)
  for (const path of ['/', '/sessions', '/sign-out', '/nowhere', '/handoff'])
    expect((await person.request(path, { headers: { accept: 'text/html' } })).status, path).not.toBe(503)
  const programs = flood(50, '/sign-out', '*/*')
  await expect.poll(() => programs.answers.some(({ status }) => status === 503)).toBe(true)
  await Promise.all([stop(), programs.stop()])

  const [page, json] = [answers, programs.answers].map((all) => all.find(({ status }) => status === 503))
  expect(page).toMatchObject({ retryAfter: '1', type: 'text/html; charset=utf-8' })
  expect(page?.text).toContain('too many pages at once')
  // With its script and without.
  expect(page?.text).toContain('<p data-again="/"')
  expect(page?.text).toContain('<span data-left="1">')
  expect(page?.text).toContain('<noscript><meta http-equiv="refresh" content="1;url=/"/></noscript>')
  expect(json).toMatchObject({ retryAfter: '1', type: 'application/json' })
  expect(JSON.parse(json?.text ?? '').error).toBe('temporarily_unavailable')
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
})

test('files of pages take no turn: they come while pages wait', async ({ newcomer, flood }) => {
  const page = await (await newcomer().request('/')).text()
  const [file = ''] = /\/_next\/static\/[^"]+\.js/.exec(page) ?? []
  const { answers } = flood(150, '/')
  await expect.poll(() => answers.some(({ status }) => status === 503)).toBe(true)
  for (let load = 0; load < 5; load++) expect((await newcomer().request(file)).status).toBe(200)
})

test('pages that Next has no part in take no turn: strangers get them while others wait', async ({
  newcomer,
  flood,
}) => {
  const { answers } = flood(150, '/')
  await expect.poll(() => answers.some(({ status }) => status === 503)).toBe(true)
  const pages = [
    ['/sign-in', 200],
    ['/error?error=Expired', 200],
    ['/handoff', 410],
    ['/interaction/none', 410],
  ] as const
  for (let load = 0; load < 3; load++)
    for (const [path, status] of pages) expect((await newcomer().request(path)).status, path).toBe(status)
})
