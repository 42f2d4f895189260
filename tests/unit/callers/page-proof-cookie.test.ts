import { stringifyCookie } from 'cookie'
import { expect, test } from 'vitest'
import { keepPageProof, latestPageProof } from '#lib/callers/page-proof-cookie.ts'
import { newPageProof } from '#lib/handoff/page-proof.ts'
import { configOf } from '../../support/config.ts'

const config = await configOf()
const older = newPageProof('a'.repeat(43), new Date('2026-01-01'))
const newer = newPageProof('b'.repeat(43), new Date('2026-01-02'))

/** A proof as the name and value of its cookie. */
async function cookieOf(proof: typeof newer): Promise<[name: string, value: string]> {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(await keepPageProof(proof, config)) ?? []
  return [name, value]
}

test('the page that was opened last counts', async () => {
  const header = stringifyCookie(Object.fromEntries([await cookieOf(newer), await cookieOf(older)]))
  expect(await latestPageProof(header, config)).toEqual(newer)
})

test('a sealed proof under a name that Baton did not give it counts for nothing', async () => {
  const [name, value] = await cookieOf(newer)
  expect(name).toMatch(/^__Secure-baton\.handoff\./)
  const [other] = await cookieOf(older)
  const tossed = [
    name.replace('__Secure-', ''),
    name.replace('__Secure-', 'x'),
    `x${name}`,
    `${name}x`,
    other,
  ]
  for (const wrong of tossed)
    expect(await latestPageProof(stringifyCookie({ [wrong]: value }), config), wrong).toBeUndefined()
})
