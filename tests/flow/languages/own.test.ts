import { expect } from 'vitest'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, {
  env: { BATON_DEMO: 'true' },
  config: (partners) =>
    partners.config({
      languages: ['de', 'en'],
      messages: {
        de: {
          'problem.notFound.title': 'Hier ist nichts',
          'activity.where': '<time></time>: {device}, {place}',
          'activity.whereUnknown': '<time></time>: irgendwo',
        },
      },
    }),
})

test('pages are in the languages of the configuration alone, the first for all others', async ({
  newcomer,
}) => {
  const ask = (language: string) =>
    newcomer()
      .request('/sign-in', { headers: { 'accept-language': language } })
      .then((page) => page.text())
  expect(await ask('fr')).toContain('<html lang="de"')
  expect(await ask('en')).toContain('<html lang="en"')
  expect(await ask('en')).not.toContain('value="fr"')
})

test("the operator's own message stands on the page", async ({ newcomer }) => {
  const page = await newcomer().request('/handoff/nothing', { headers: { accept: 'text/html' } })
  expect(page.status).toBe(404)
  expect(await page.text()).toContain('Hier ist nichts')
})

test('a time has its zone, and stands where the message has it', async ({ newcomer }) => {
  const shown = async (name: string, language: string) =>
    (await newcomer().request(`/preview/${name}?ui_locales=${language}`)).text()
  const german = /<time dateTime="[^"]+">\d+\. \S+ \d{4}, \d+:\d\d UTC<\/time>/
  const english = /<time dateTime="[^"]+">\w+ \d+, \d{4}, \d+:\d\d [AP]M UTC<\/time>/
  for (const name of ['activity', 'sessions-notices']) {
    expect(await shown(name, 'de')).toMatch(new RegExp(`<p [^>]*>${german.source}: `))
    expect(await shown(name, 'en')).toMatch(new RegExp(` · ${english.source}</p>`))
  }
})
