import { expect, test } from 'vitest'
import { messagesOf } from '#lib/languages/languages.ts'
import { type Messages, sayIn } from '#lib/languages/say.ts'

const saying = (text: string) => {
  const messages = messagesOf('en')
  return sayIn('en', { ...messages, home: { ...messages.home, openIn: text } } as Messages)
}

test.each([
  '{application',
  '{application, plural, one {x}}',
  '<name>{application}',
  '{nothing}',
  '<nothing>x</nothing>',
  '{application, date}',
  '{application, number, ::currency/no}',
  '{name, select, a {x}}',
])('a message that cannot be said shows as its key in brackets, and nothing throws: %s', (text) => {
  const { t } = saying(text)
  const values = { application: 'Notes', name: () => 'x' }
  expect(t('home.openIn' as never, values as never)).toBe('⟦home.openIn⟧')
  expect(t.rich('home.openIn', values)).toBe('⟦home.openIn⟧')
  expect(t.markup('home.openIn', values as never)).toBe('⟦home.openIn⟧')
})

test('no date and no number throws', () => {
  const { format } = sayIn('en', messagesOf('en'))
  expect(format.dateTime(new Date(Number.NaN), {})).toBe('Invalid Date')
  expect(format.number(1, { style: 'currency', currency: 'no' })).toBe('1')
})
