import { expect } from 'vitest'
import { test } from '../../support/test.ts'

const page = async (request: (path: string) => Promise<Response>, parameters: Record<string, string>) =>
  (await request(`/error?${new URLSearchParams(parameters)}`)).text()

const heading = (html: string) => /<h1[^>]*>([^<]*)<\/h1>/.exec(html)?.[1]
const again = (html: string) => /<a href="([^"]*)"[^>]*>Try again<\/a>/.exec(html)?.[1]

test.for([
  ['Unavailable', 'Try again in a minute', 'Try again'],
  ['CannotStart', 'Try again in a minute', 'Try again'],
  ['Configuration', 'Tell your administrator', 'trying again does not help'],
  ['AccessDenied', 'You are not signed in', 'or use another account'],
  ['NotAllowed', 'This account may not sign in here', 'Use another account, or ask your administrator'],
  ['Expired', 'Start again', 'took too long'],
  ['OAuthCallbackError', 'That did not work', 'tell your administrator'],
  ['<script>', 'That did not work', 'Try again'],
  ['constructor', 'That did not work', 'Try again'],
] as const)('after %j the page says %j', async ([error, title, text], { newcomer }) => {
  const html = await page(newcomer().request, { error })
  expect(heading(html)).toBe(title)
  expect(html).toContain(text)
  expect(again(html)).toBe('/sign-in')
})

test.for(['0123abcd', 'a_b-c_d-e', 'f'.repeat(64), '5f0c9d2e-1c1f-4b3e-9a55-0d5ad4f1a111'])(
  'the reference %s is shown, at both pages that a failed sign-in leads to',
  async (reference, { newcomer }) => {
    const { request } = newcomer()
    const query = new URLSearchParams({ error: 'Configuration', reference })
    for (const path of ['/error', '/sign-in'])
      expect(await (await request(`${path}?${query}`)).text()).toMatch(
        new RegExp(`Reference: (<!-- -->)?<code[^>]*>${reference}</code>`),
      )
  },
)

test.for(['short', 'f'.repeat(129), 'call 0800 123456 now', 'https://evil.example', '<b>12345678</b>', ''])(
  'what is no reference is not shown: %j',
  async (reference, { newcomer }) => {
    const { request } = newcomer()
    const query = new URLSearchParams({ error: 'Configuration', reference })
    for (const path of ['/error', '/sign-in'])
      expect(await (await request(`${path}?${query}`)).text()).not.toContain('Reference:')
  },
)

test.for(['/', '/inbox?unread=1&x=a%20b', '/interaction/abc', '/größe'])(
  '"Try again" goes on to %s',
  async (callbackUrl, { newcomer, baton }) => {
    const html = await page(newcomer().request, { error: 'Expired', callbackUrl })
    const link = new URL(again(html)?.replaceAll('&amp;', '&') ?? '', baton.url)
    expect(link.pathname).toBe('/sign-in')
    expect(link.searchParams.get('callbackUrl')).toBe(callbackUrl.replace('öße', '%C3%B6%C3%9Fe'))
  },
)

test.for(['https://evil.example/', '//evil.example', '/\\evil.example', '/..//evil.example', 'javascript:1'])(
  '"Try again" does not carry %j on',
  async (callbackUrl, { newcomer }) => {
    const html = await page(newcomer().request, { error: 'Expired', callbackUrl })
    expect(again(html)).toBe('/sign-in')
  },
)
