import { expect } from 'vitest'
import { test } from '../../support/test.ts'

test('a signed-in browser hands its session to a browser with its own cookie jar', async ({
  person: source,
  newcomer,
}) => {
  const { nonce } = await source.askForNonce()

  const target = newcomer()
  const answer = await target.redeem(nonce)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/')
  const [at, from] = [await target.session(), await source.session()]
  expect(at?.user).toEqual(from?.user)
  expect(at?.sid).not.toBe(from?.sid)
  const greeting = await target.ownPage('/api/backends/demo/api/authenticated/greeting')
  expect(await greeting.json()).toEqual({ greeting: 'Hello, Demo User!' })
})
