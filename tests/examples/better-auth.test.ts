import { expect, test } from 'vitest'
import { exampleContract } from './support/example-contract.ts'

const own = 'http://127.0.0.1:4013'

exampleContract({ name: 'better-auth', clientId: 'example-better-auth', own })

test("no page of another origin signs people out at the library's own endpoint", async () => {
  const headers = { 'sec-fetch-site': 'cross-site' }
  const answer = await fetch(`${own}/api/auth/sign-out`, { method: 'POST', headers, redirect: 'manual' })
  expect(answer.headers.getSetCookie()).toEqual([])
})
