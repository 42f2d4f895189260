import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import { sweep } from '#lib/db/sweep.ts'
import { takeProof } from '#lib/db/used-proofs.ts'
import { onEachDatabase } from '../support/each-database.ts'

onEachDatabase((instances) => {
  test('of 20 callers on two instances one takes a proof, until it is swept', async () => {
    const [a, b] = instances()
    const hash = sha256(randomUUID())
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, index) => takeProof(index % 2 === 0 ? a : b, hash, 150)),
    )
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await takeProof(b, sha256(randomUUID()), 150)).toBe(true)
    for await (const _ of sweep(a, 90));
    expect(await takeProof(a, hash, 150)).toBe(false)
    await a.$executeRaw`UPDATE used_proofs SET expires_at = now() WHERE hash = ${hash}`
    for await (const _ of sweep(a, 90));
    expect(await takeProof(b, hash, 150)).toBe(true)
  })

  test('a proof may be remembered for a hundred years', async () => {
    const [a] = instances()
    const hash = sha256(randomUUID())
    expect(await takeProof(a, hash, 100 * 365 * 24 * 3600)).toBe(true)
    expect(await takeProof(a, hash, 1)).toBe(false)
  })
})
