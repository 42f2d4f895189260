import { connect } from 'node:net'
import { anyDevice, expect, test } from '../support/browser-test.ts'

// Nobody's address (RFC 5737, section 3).
const elsewhere = '192.0.2.1'

test('no page reaches another machine', anyDevice, async ({ page }) => {
  await expect(page.goto(`http://${elsewhere}/`)).rejects.toThrow('net::ERR_NAME_NOT_RESOLVED')
})

test('no test reaches another machine', anyDevice, async ({ page }) => {
  expect(() => connect(80, elsewhere)).toThrow(`a test tried to reach ${elsewhere}`)
  await expect(page.request.get(`http://${elsewhere}/`)).rejects.toThrow(`a test tried to reach ${elsewhere}`)
})

for (const [complaint, script] of [
  ['the console of a page shows an error', 'console.error("wrong")'],
  ['the console of a page shows a warning', 'console.warn("odd")'],
  [
    'a script of a page throws',
    'new Promise(done => setTimeout(() => { setTimeout(done); throw new Error("wrong") }))',
  ],
] as const)
  test.fail(`a test fails when ${complaint}`, anyDevice, async ({ page }) => {
    await page.evaluate(script)
  })
