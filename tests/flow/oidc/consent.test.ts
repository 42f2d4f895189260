import { expect } from 'vitest'
import {
  follow,
  pressContinue,
  redirectUri,
  registration,
  relyingParty,
} from '../../support/relying-party.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('setup', perFile, {
    config: (partners) =>
      partners.config({
        clients: [
          registration('shop', {
            first_party: false,
            policy_uri: 'https://shop.example.org/privacy?a=1&b=2',
            tos_uri: 'https://shop.example.org/terms',
          }),
          registration('plain', { first_party: false }),
          registration('desktop', {
            application_type: 'native',
            first_party: false,
            redirect_uris: ['http://127.0.0.1/callback'],
          }),
        ],
      }),
  } satisfies Setup)
  /** The consent page of an application, and what it says without the marks around names. */
  .extend('consent', ({ baton, person }) => async (id: string, parameters: Record<string, string> = {}) => {
    const { url } = await (await relyingParty(baton.url, id)).begin(parameters)
    const { url: at, page } = await follow(person, url)
    const html = page?.html ?? ''
    return { at, html, text: html.replaceAll(/<\/?bdi[^>]*>/g, '') }
  })

test('consent says which application asks, where it leads, who one is, and what is asked, in a list', async ({
  consent,
}) => {
  const { text } = await consent('shop', { scope: 'openid profile email' })
  expect(text).toContain('<title>Sign in to Application shop? · Baton</title>')
  expect(text).toMatch(/<h1[^>]*>Sign in to Application shop\?<\/h1>/)
  expect(text).toContain(`You go on to ${new URL(redirectUri).host}.`)
  expect(text).toMatch(/You are signed in here as.*Demo User.*demo@example\.org/s)
  const list = [...text.matchAll(/<li>(.*?)<\/li>/g)].map(([, words]) => words)
  expect(list).toEqual(['who you are here', 'your name and picture', 'your e-mail address'])
  expect(text).not.toContain('asks to stay signed in')
})

test('what is not asked for is not in the list, and to stay signed in is said apart', async ({ consent }) => {
  const { text } = await consent('shop', { scope: 'openid offline_access', prompt: 'consent' })
  expect([...text.matchAll(/<li>(.*?)<\/li>/g)].map(([, words]) => words)).toEqual(['who you are here'])
  expect(text).toContain('It asks to stay signed in as well, until you take that back.')
})

test('its privacy policy and terms open beside the question, and only where there are any', async ({
  consent,
}) => {
  const { html } = await consent('shop')
  expect(html).toMatch(
    /<a href="https:\/\/shop\.example\.org\/privacy\?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"/,
  )
  expect(html).toMatch(
    /<a href="https:\/\/shop\.example\.org\/terms" target="_blank" rel="noopener noreferrer"/,
  )
  expect((await consent('plain')).html).not.toMatch(/Privacy policy|Terms of service/)
})

test('an app on the device leads to no host', async ({ consent }) => {
  const { text } = await consent('desktop', { redirect_uri: 'http://127.0.0.1:4999/callback' })
  expect(text).toContain('You go on to an app on this device.')
  expect(text).not.toContain('127.0.0.1:4999')
})

test('once it is answered, its address says so, and nothing of whom or for what', async ({
  consent,
  person,
}) => {
  const { at, html } = await consent('plain')
  const end = await pressContinue(person, at, html, { answer: 'deny' })
  expect(end.url.searchParams.get('error')).toBe('access_denied')
  const back = await follow(person, at)
  expect(back.page?.status).toBe(410)
  expect(back.page?.html).toContain('<title>This page does not work any more · Baton</title>')
  const main = /<main\b.*<\/main>/s.exec(back.page?.html ?? '')?.[0]
  expect(main).toContain('begin again there')
  expect(main).not.toMatch(/Demo User|Application plain|<form/)
})
