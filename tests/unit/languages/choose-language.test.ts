import { expect, test } from 'vitest'
import { chooseLanguage, languageAmong } from '#lib/languages/choose-language.ts'

const there = ['en', 'de', 'fr', 'ar']
const nothing = { uiLocales: undefined, chosen: undefined, accepted: undefined }

test('an application goes before the person, the person before the browser, that before the operator', () => {
  const wish = { uiLocales: 'fr', chosen: 'de', accepted: 'ar' }
  expect(chooseLanguage(wish, there)).toBe('fr')
  expect(chooseLanguage({ ...wish, uiLocales: undefined }, there)).toBe('de')
  expect(chooseLanguage({ ...nothing, accepted: 'ar' }, there)).toBe('ar')
  expect(chooseLanguage(nothing, there)).toBe('en')
  expect(chooseLanguage(nothing, ['de', 'en'])).toBe('de')
})

test.each([
  ['de-CH', 'de'],
  ['DE', 'de'],
  ['pt-BR fr-CA de', 'fr'],
  ['fr-CA en', 'fr'],
  ['xx yy de', 'de'],
])('`ui_locales=%s` is %s: the first tag counts of which there is the language', (uiLocales, language) => {
  expect(chooseLanguage({ ...nothing, uiLocales }, there)).toBe(language)
})

test.each(['', ' ', 'xx', '../../etc', 'de;q=0', '*', 'd'.repeat(5000), `${'xx '.repeat(50)}de`])(
  'what is no tag of a language there is (%j) leaves it to the next wish',
  (uiLocales) => {
    expect(chooseLanguage({ ...nothing, uiLocales, accepted: 'fr' }, there)).toBe('fr')
    expect(chooseLanguage({ ...nothing, chosen: uiLocales, accepted: 'fr' }, there)).toBe('fr')
  },
)

test.each([
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en;q=0.2, ar', 'ar'],
  ['zh-Hant, fr;q=0.5, *;q=0.1', 'fr'],
  ['de;q=0, fr', 'fr'],
  ['*', 'en'],
  [';;;,,,', 'en'],
])('`Accept-Language: %s` is %s', (accepted, language) => {
  expect(chooseLanguage({ ...nothing, accepted }, there)).toBe(language)
})

test('of `Accept-Language` the first ten tags are read', () => {
  const accepted = (before: number) => `${'xx,'.repeat(before)}de`
  expect(chooseLanguage({ ...nothing, accepted: accepted(9) }, there)).toBe('de')
  expect(chooseLanguage({ ...nothing, accepted: accepted(10) }, there)).toBe('en')
})

test('a list of tags that names no language there is has none', () => {
  expect(languageAmong('xx fr de', there)).toBe('fr')
  expect(languageAmong('xx yy', there)).toBeUndefined()
  expect(languageAmong(undefined, there)).toBeUndefined()
})
