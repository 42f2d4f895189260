import { expect, test } from 'vitest'
import type { Caller } from '#lib/callers/caller.ts'
import { noteAskedPage, noteUiLocales, withLanguage } from '#lib/endpoints/asked-page.ts'
import { openLanguages } from '#lib/languages/languages.ts'
import { currentRequest, whileAnswering } from '#lib/telemetry/request-record.ts'
import { configOf } from '../../support/config.ts'

const runtime = { config: await configOf(), languages: openLanguages(['en', 'de', 'fr'], {}) }

type Asked = { row?: string; isPage?: true; method?: string; uiLocales?: string }

/** What is noted of the page of a call whose browser prefers German. */
function noted(target: string, { row = target, isPage = true, method = 'GET', uiLocales }: Asked = {}) {
  const header = (name: string) => (name === 'accept-language' ? 'de' : undefined)
  const caller = { method, target, header } as Caller
  return whileAnswering({ id: 'test' }, () => {
    noteAskedPage(caller, { path: row, isPage }, runtime)
    noteUiLocales(caller, uiLocales, runtime)
    return currentRequest()?.page
  })
}

test('a page can be shown in another language at its address, without the language it is in', () => {
  expect(noted('/sessions')).toEqual({ language: 'de', at: '/sessions' })
  expect(noted('/x?a=1&ui_locales=fr')).toEqual({ language: 'fr', at: '/x?a=1' })
  expect(noted('/x', { method: 'POST' })).toEqual({ language: 'de', at: undefined })
})

test.each(['nonce', 'login_hint_token', 'id_token_hint', 'state'])(
  'it cannot where its query holds %s',
  (secret) => {
    expect(noted(`/x?${secret}=y`)?.at).toBeUndefined()
  },
)

test('an application’s language stands in the address, and what stands there already goes before it', () => {
  expect(noted('/x', { uiLocales: 'fr en' })).toEqual({ language: 'fr', at: '/x?ui_locales=fr' })
  expect(noted('/x?ui_locales=en', { uiLocales: 'fr' })).toEqual({ language: 'en', at: '/x?ui_locales=en' })
  expect(noted('/x?ui_locales=xx', { uiLocales: 'fr' })).toEqual({ language: 'fr', at: '/x?ui_locales=fr' })
  expect(noted('/x?nonce=y', { uiLocales: 'fr' })).toEqual({ language: 'fr', at: undefined })
})

test('an application that names no language of Baton’s changes nothing', () => {
  expect(noted('/x', { uiLocales: 'xx' })).toEqual({ language: 'de', at: '/x' })
})

test("Next's files are in no language", () => {
  expect(noted('/_next/static/a.js', { row: '/_next/static/*' })).toBeUndefined()
})

test('the language of a page takes the place of the one in its address, and of nothing else', () => {
  expect(withLanguage('/x?a=1&ui_locales=de&b=%2F#c', 'fr')).toBe('/x?a=1&ui_locales=fr&b=%2F#c')
})
