import { expect } from 'vitest'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { newPerson } from '../../support/person.ts'
import { first, from, newAddress, statusesOf, test } from '../../support/test-limits.ts'

const asBrowser = { accept: 'text/html,*/*;q=0.8' }
const nothing = 'n'.repeat(43)

test('pages of hand-offs and their forms count for each address', async ({ newcomer }) => {
  const [address, other] = [newAddress(), newAddress()]
  const at = (path: string, init?: RequestInit) => newcomer(from(address)).request(path, init)
  const look = () => at(`/handoff?nonce=${nothing}`)
  const send = () => at('/handoff', { method: 'POST', body: new URLSearchParams({ nonce: nothing }) })
  expect(await statusesOf(5, look)).toEqual([410, 410, 410, 410, 410])
  expect(await statusesOf(5, send)).toEqual([403, 403, 403, 403, 403])
  const refused = await look()
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  await expectRefusal(refused, 429, 'slow_down')
  await expectRefusal(await send(), 429, 'slow_down')
  expect((await newcomer(from(other)).request(`/handoff?nonce=${nothing}`)).status).toBe(410)
})

test('a person sees a page that says to wait', async ({ newcomer }) => {
  const browser = newcomer({ ...from(newAddress()), ...asBrowser })
  const pages = await statusesOf(11, () => browser.request(`/handoff?nonce=${nothing}`))
  expect(pages).toEqual(first(10, 410, 429))
  const page = await browser.request(`/handoff?nonce=${nothing}`)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await page.text()).toContain('Too many attempts')
})

test('addresses of one IPv6 /64 are one', async ({ newcomer }) => {
  const look = (address: string) => newcomer(from(address)).request(`/handoff?nonce=${nothing}`)
  for (let host = 1; host <= 10; host++) expect((await look(`2001:db8::${host}`)).status).toBe(410)
  expect((await look('2001:db8::ffff:1')).status).toBe(429)
  expect((await look('2001:db8:0:1::1')).status).toBe(410)
})

test('a hand-off that succeeds gives its count back', async ({ person, newcomer }) => {
  const address = from(newAddress())
  for (let time = 0; time < 12; time++) {
    const { nonce } = await person.askForNonce()
    expect((await newcomer(address).redeem(nonce)).status).toBe(303)
    // Eight are all that one session may ask for in a minute.
    if (time === 6) await person.signIn()
  }
})

test('sign-ins that are begun count for each address', async ({ newcomer }) => {
  const address = from(newAddress())
  const begin = () =>
    newcomer(address).ownPage('/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ provider: 'demo', callbackUrl: '/' }),
    })
  const [status] = await statusesOf(1, begin)
  expect(status).toBeLessThan(400)
  const statuses = await statusesOf(6, begin)
  expect(statuses).toEqual([...Array(5).fill(status), 429])
})

test('sign-ins that succeed give their counts back', async ({ newcomer }) => {
  const address = from(newAddress())
  for (let time = 0; time < 8; time++) await newcomer(address).signIn()
})

test('what no trusted proxy tells of a loopback address is counted for nobody', async ({ baton }) => {
  const browser = newPerson(baton.url)
  const statuses = await statusesOf(25, () => browser.request(`/handoff?nonce=${nothing}`))
  expect(new Set(statuses)).toEqual(new Set([410]))
})

test('the same answer once more gives nothing back', async ({ signedIn, newcomer }) => {
  const person = await signedIn()
  const address = from(newAddress())
  const browser = newcomer(address)
  const { nonce } = await person.askForNonce()
  expect((await browser.redeem(nonce)).status).toBe(303)
  const again = await statusesOf(11, () => browser.request(`/handoff?nonce=${nonce}`))
  expect(again).toEqual(first(10, 303, 429))
})

test('a second header of addresses does not keep a caller from being counted', async ({ newcomer }) => {
  const caller = newcomer({ ...from(newAddress()), forwarded: 'for=198.51.100.77' })
  const statuses = await statusesOf(11, () => caller.request(`/handoff?nonce=${nothing}`))
  expect(statuses).toEqual(first(10, 410, 429))
})
