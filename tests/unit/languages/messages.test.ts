import { expect, test } from 'vitest'
import { knownLanguages, messagesOf, openLanguages } from '#lib/languages/languages.ts'
import { faultBeside, usesOf } from '#lib/languages/own-message.ts'
import { flatMessages } from '../../support/flat-messages.ts'

const english = flatMessages(messagesOf('en'))
const others = knownLanguages.filter((language) => language !== 'en')

// A translation may leave nothing out.
const namesOf = (text: string, language: string) => [...new Set(usesOf(text, language).map(([name]) => name))]

test('there are messages in English and at least five other languages, one of them right to left', () => {
  const languages = openLanguages(knownLanguages, {})
  expect(knownLanguages).toEqual(expect.arrayContaining(['ar', 'de', 'en', 'es', 'fr', 'ja']))
  expect(languages.get('ar')?.direction).toBe('rtl')
  expect(languages.get('ja')?.name).toBe('日本語')
})

test.each(others)('in %s there is each message that there is in English, and no other', (language) => {
  expect([...flatMessages(messagesOf(language)).keys()].sort()).toEqual([...english.keys()].sort())
})

test.each(knownLanguages)(
  'in %s each message has what it has in English, and is in ICU’s syntax',
  (language) => {
    const wrong = [...flatMessages(messagesOf(language))].flatMap(([key, text]) => {
      const model = english.get(key) ?? ''
      const fault = faultBeside(model, text, language)
      const [has, had] = [namesOf(text, language), namesOf(model, 'en')]
      return fault === undefined && String(has) === String(had) ? [] : [{ key, fault, has, had }]
    })
    expect(wrong).toEqual([])
  },
)

test.each(knownLanguages)(
  'in %s no message is empty, and each plural has all the forms of the language',
  (language) => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions()
    const wrong = [...flatMessages(messagesOf(language))].flatMap(([key, text]) => {
      if (text.trim() === '') return [key]
      const plurals = text.match(/\{\w+, plural,/g)?.length ?? 0
      const lacking = pluralCategories.filter(
        (category) => (text.match(new RegExp(`\\b${category} ?\\{`, 'g'))?.length ?? 0) < plurals,
      )
      return lacking.length > 0 ? [`${key}: ${lacking}`] : []
    })
    expect(wrong).toEqual([])
  },
)

// Names and terms that are the same everywhere.
test.each(others)('in %s hardly a message is still in English', (language) => {
  const same = [...flatMessages(messagesOf(language))].filter(
    ([key, text]) => text === english.get(key) && /[a-z]{3,}/i.test(text.replace(/\{[^}]*\}|<[^>]*>/g, '')),
  )
  expect(same.length).toBeLessThan(english.size / 20)
})
