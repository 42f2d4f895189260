import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { deviceOf } from '#lib/callers/device.ts'

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/130.0.0.0 Safari/537.36'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/18.1 Mobile/15E148 Safari/604.1'

const shownBy = (agent: string | undefined) => {
  const header = (name: string) => (name === 'user-agent' ? agent : undefined)
  const { browser, system } = deviceOf({ peer: '192.0.2.1', header }, new BlockList())
  return [browser, system]
}

test.each([
  [chrome, ['Chrome', 'Windows']],
  [iphone, ['Safari', 'iOS']],
  [undefined, [null, null]],
  ['', [null, null]],
  ['okhttp/4.12.0', [null, null]],
  ['Your bank/1.0 (says: yes)', [null, null]],
  [`${'x'.repeat(100_000)} Chrome/130.0.0.0`, [null, null]],
])('a User-Agent of %j shows %j', (agent, expected) => {
  expect(shownBy(agent)).toEqual(expected)
})

test('a call without a connection to tell of has no address', () => {
  const { address, isTold } = deviceOf({ header: () => undefined }, new BlockList())
  expect([address, isTold]).toEqual([null, false])
})
