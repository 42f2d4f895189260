import { expect, test } from 'vitest'
import type { Queries } from '#lib/db/database.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { spendNonce } from '#lib/db/nonce-spending.ts'
import { insertNonce } from '#lib/db/nonces.ts'
import { within } from '#lib/db/prepared.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { claimOf, newNonceOf, nonceOf, signIn } from '../support/rows.ts'

const waitsForDisk = async (queries: Queries) => {
  const [row] = await queries.$queryRaw<{ value: string }[]>`
    SELECT current_setting('synchronous_commit') AS value`
  return row?.value
}

onEachDatabase((instances) => {
  test('a nonce may be lost by a crash of the server, and nothing else of the same connection', async () => {
    const [db] = instances()
    const usual = await waitsForDisk(db)
    const { row } = newNonceOf(await signIn(db))
    const meanwhile = await inTransaction(db, async (tx) => {
      await insertNonce({ $prepared: within(tx) }, row, 30)
      return waitsForDisk(tx)
    })
    expect([meanwhile, await waitsForDisk(db)]).toEqual(['off', usual])
  })

  test('its redemption waits until it is on disk', async () => {
    const [db] = instances()
    const usual = await waitsForDisk(db)
    expect(usual).not.toBe('off')
    const { hash } = await nonceOf(db, await signIn(db))
    await inTransaction(db, async (tx) => {
      expect(await spendNonce(within(tx), claimOf(hash))).toBeDefined()
      expect(await waitsForDisk(tx)).toBe(usual)
    })
  })
})
