import { parseSetCookie, stringifyCookie } from 'cookie'
import { expect, test } from 'vitest'
import { keepPageProof, latestPageProof, readPageProof } from '#lib/callers/page-proof-cookie.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { newPageProof, nonceHashOf, type PageProof } from '#lib/handoff/page-proof.ts'
import { configOf } from '../../support/config.ts'

const config = await configOf()

function proofOf(nonce: string, openedAt: string): PageProof {
  const hash = sha256(nonce).toString('base64url')
  return newPageProof({ hash, nonce, openedAt: new Date(openedAt) })
}

const older = proofOf('a'.repeat(43), '2026-01-01')
const newer = proofOf('b'.repeat(43), '2026-01-02')

/** A proof as the name and value of its cookie. */
async function cookieOf(proof: PageProof): Promise<[name: string, value: string]> {
  const [header = ''] = await keepPageProof(proof, undefined, config)
  const { name = '', value = '' } = parseSetCookie(header) ?? {}
  return [name, value]
}

test('the page that was opened last counts, of those that have their nonce', async () => {
  const { nonce: _, ...ofStep } = proofOf('c'.repeat(43), '2026-01-03')
  const cookies = [await cookieOf(newer), await cookieOf(older), await cookieOf(ofStep)]
  const header = stringifyCookie(Object.fromEntries(cookies))
  expect(await latestPageProof(header, config)).toEqual(newer)
  expect(await readPageProof(header, nonceHashOf(ofStep), config)).toEqual(ofStep)
})

test('of hundreds of cookies the ten that came last are opened: opening one takes time', async () => {
  const own = await cookieOf(newer)
  const many = Array.from({ length: 300 }, (_, index) => [`__Host-Http-baton.handoff.${index}`, 'x'] as const)
  const among = (after: number) =>
    stringifyCookie(Object.fromEntries([...many.slice(after), own, ...many.slice(0, after)]))
  expect(await latestPageProof(among(9), config)).toEqual(newer)
  expect(await latestPageProof(among(10), config)).toBeUndefined()
})

test('a sealed proof under a name that Baton did not give it counts for nothing', async () => {
  const [name, value] = await cookieOf(newer)
  expect(name).toMatch(/^__Host-Http-baton\.handoff\./)
  const [other] = await cookieOf(older)
  const tossed = [
    name.replace('__Host-Http-', ''),
    name.replace('__Host-Http-', '__Secure-'),
    name.replace('__Host-Http-', 'x'),
    `x${name}`,
    `${name}x`,
    other,
  ]
  for (const wrong of tossed) {
    const header = stringifyCookie({ [wrong]: value })
    expect(await latestPageProof(header, config), wrong).toBeUndefined()
    for (const proof of [newer, older])
      expect(await readPageProof(header, nonceHashOf(proof), config), wrong).toBeUndefined()
  }
})

test('a sixth page takes the place of the one that this browser opened first', async () => {
  const proofs = Array.from('abcdef', (letter) => proofOf(letter.repeat(43), '2026-01-01'))
  const cookies = await Promise.all(proofs.map(cookieOf))
  const header = stringifyCookie(Object.fromEntries(cookies.slice(0, 5)))
  const set = await keepPageProof(proofs[5] as PageProof, header, config)
  const kept = set.map((cookie) => parseSetCookie(cookie))
  expect(kept.map(({ name, maxAge }) => [name, maxAge])).toEqual([
    [cookies[0]?.[0], 0],
    [cookies[5]?.[0], 600],
  ])
  expect(await keepPageProof(proofs[2] as PageProof, header, config)).toHaveLength(1)
})
