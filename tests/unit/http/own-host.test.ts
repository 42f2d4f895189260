import { expect, test } from 'vitest'
import { isOwnHost } from '#lib/http/own-host.ts'

test.each([
  ['baton.test', 'https://baton.test'],
  ['baton.test:443', 'https://baton.test'],
  ['BATON.test', 'https://baton.test'],
  ['baton.test:8443', 'https://baton.test:8443'],
  ['localhost:80', 'http://localhost'],
  ['127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ['[::1]:3000', 'http://[::1]:3000'],
  ['[0:0:0:0:0:0:0:1]:3000', 'http://[::1]:3000'],
])('%s names %s', (named, origin) => {
  expect(isOwnHost(named, origin)).toBe(true)
})

test.each([
  ['baton.test.', 'https://baton.test'],
  ['baton.test:80', 'https://baton.test'],
  ['baton.test:443', 'http://baton.test'],
  ['localhost:3000', 'http://127.0.0.1:3000'],
  ['127.0.0.1:3000', 'http://localhost:3000'],
  ['127.0.0.1:3000', 'http://[::1]:3000'],
  ['[::1]', 'http://[::1]:3000'],
  ['::1', 'http://[::1]'],
  ['baton%2etest', 'https://baton.test'],
  ['baton.\ttest', 'https://baton.test'],
  ['baton.test/', 'https://baton.test'],
  ['user@baton.test', 'https://baton.test'],
  ['', 'https://baton.test'],
  [undefined, 'https://baton.test'],
])('%s is another host than %s', (named, origin) => {
  expect(isOwnHost(named, origin)).toBe(false)
})
