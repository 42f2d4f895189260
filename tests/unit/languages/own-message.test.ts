import { expect, test } from 'vitest'
import { openLanguages } from '#lib/languages/languages.ts'
import { faultOfMessage } from '#lib/languages/own-message.ts'

test("an operator's own message stands in place of Baton's, and the rest stays", () => {
  const { t } = openLanguages(['en'], { en: { 'problem.csrf.title': 'Not from here' } }).get('en') ?? {}
  expect(t?.('problem.csrf.title')).toBe('Not from here')
  expect(t?.('problem.csrf.text')).toMatch(/^Go back/)
})

test('a message may leave out what Baton says in it', () => {
  expect(faultOfMessage('en', 'layout.home', '{name}!')).toBeUndefined()
  expect(faultOfMessage('en', 'layout.home', 'Home')).toBeUndefined()
})

test.each([
  // A number can be shown as it is, and can choose a form.
  ['home.moreDevices', 'and {count} more'],
  ['home.moreDevices', 'and {count, plural, one {one more} other {# more}}'],
  ['home.moreDevices', 'and {count, number, ::compact-short} more'],
  ['sessions.ending.everywhere', 'You are signed out here, and in {count, number} more'],
  // A text can be compared.
  ['device.onSystem', '{system, select, Linux {a penguin} other {{system}}}'],
  ['home.openIn', 'Open <name>it</name>, {application}'],
  ['signIn.goOn', '{named, select, yes {As <name>{person}</name>} other {Go on}}'],
])('what breaks nothing is taken: %s = %j', (key, text) => {
  expect(faultOfMessage('en', key, text)).toBeUndefined()
})

test.each([
  ['xx', 'layout.home', 'Home', /no messages in "xx"; there are .*en/],
  ['en', 'layout.nothing', 'Home', /no such message; messages\/en\.json/],
  ['en', 'layout', 'Home', /no such message/],
  ['en', '__proto__.toString', 'Home', /no such message/],
  ['en', 'layout.home', '{nme}', /\{nme\} is nothing that this message can have; it is "\{name\}: home"/],
  ['en', 'layout.home', '<b>{name}</b>', /<b> is nothing/],
  ['en', 'home.openIn', 'Open {name} {application}', /\{name\} is nothing/],
  ['en', 'home.openIn', 'Open {name, select, other {x}}', /\{name, select\} is nothing/],
  ['en', 'home.openIn', 'Open <application>x</application>', /<application> is nothing/],
  ['en', 'consent.title', 'Sign in to {application, date}', /\{application, date\} is nothing/],
  ['en', 'consent.title', 'Sign in to {application, time}', /\{application, time\} is nothing/],
  ['en', 'consent.title', '<name>{application, number}</name>', /\{application, number\} is nothing/],
  ['en', 'signIn.continueWith', '{provider, plural, other {#}}', /\{provider, plural\} is nothing/],
  ['en', 'signIn.goOn', 'Go on {named}', /\{named\} is nothing/],
  ['en', 'home.moreDevices', '{count, date}', /\{count, date\} is nothing/],
  ['en', 'home.moreDevices', '{count, number, ::currency/no}', /no message in ICU's syntax/],
  ['en', 'signIn.title', '', /it is empty.* Baton's is "Sign in"/],
  ['de', 'signIn.title', ' \n', /it is empty/],
  ['en', 'layout.home', '{name', /no message in ICU's syntax/],
  ['en', 'layout.home', '{name, plural, one {x}}', /no message in ICU's syntax/],
])('in %s, %s = %j is refused, with what to do', (language, key, text, fault) => {
  expect(faultOfMessage(language, key, text)).toMatch(fault)
})
