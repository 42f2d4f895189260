import { expect, test } from 'vitest'
import { readOptions, WrongUse } from '../src/options.ts'

test.each([
  'http://localhost:3000',
  'http://127.0.0.1',
  'http://127.9.9.9:1',
  'https://[::1]:3000',
  'http://b.localhost',
])('%s is this machine, and is attacked without a word', (address) => {
  expect(readOptions([address], {}).url.href).toBe(new URL(address).href)
})

test.each([
  'https://baton.example.org',
  'http://10.0.0.1',
  'http://0.0.0.0:3000',
  'http://128.0.0.1',
  'http://127.0.0.1.example.org',
  'http://localhost.',
  'http://notlocalhost',
])('%s is attacked with --i-own-this alone', (address) => {
  expect(() => readOptions([address], {})).toThrow(WrongUse)
  expect(readOptions([address, '--i-own-this'], {}).url.href).toBe(new URL(address).href)
})

test('the address of the environment needs --i-own-this as well', () => {
  const env = { BATON_URL: 'https://baton.example.org' }
  expect(() => readOptions([], env)).toThrow(/--i-own-this/)
  expect(readOptions(['--i-own-this'], env).url.origin).toBe('https://baton.example.org')
  expect(readOptions([], {}).url.origin).toBe('http://localhost:3000')
})

test('a backend of one name has no echo unless its path is given', () => {
  expect(readOptions([], {}).echoPath).toBe('/api/authenticated/echo')
  expect(readOptions(['--backend', 'orders'], {}).echoPath).toBe('')
  expect(readOptions(['--backend', 'orders', '--echo-path', '/echo'], {}).echoPath).toBe('/echo')
})

test.each([
  [['ftp://localhost'], /no http or https URL/],
  [['localhost:3000'], /no http or https URL/],
  [['http://localhost:3000/sign-in'], /more than an origin/],
  [['http://somebody@localhost:3000'], /more than an origin/],
  [['http://localhost:3000', 'http://localhost:3001'], /one URL at a time/],
  [['--unknown'], /--unknown/],
  [['--nonce-limit', 'many'], /--nonce-limit/],
  [['--cookie', '/none/such'], /cannot be read/],
  [['--cookie', '/dev/null'], /is empty/],
])('%j is wrong use', (args, words) => {
  expect(() => readOptions(args, {})).toThrow(WrongUse)
  expect(() => readOptions(args, {})).toThrow(words)
})
