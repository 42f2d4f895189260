import { expect, test } from 'vitest'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { runOn } from '#lib/db/prepared.ts'
import { onEachDatabase } from '../support/each-database.ts'

const insert = {
  name: '',
  text: `INSERT INTO leases (name, holder, until) VALUES ($1, gen_random_uuid(), now())`,
}
const find = { name: '', text: 'SELECT FROM leases WHERE name = $1' }

onEachDatabase((instances) => {
  test('a statement that is run on a transaction is part of it', async () => {
    const [db] = instances()
    const undone = inTransaction(db, async (tx) => {
      await runOn(tx)(insert, ['undone'])
      expect(await runOn(tx)(find, ['undone'])).toHaveLength(1)
      throw new Error('never mind')
    })
    await expect(undone).rejects.toThrow('never mind')
    expect(await runOn(db)(find, ['undone'])).toEqual([])
    await inTransaction(db, (tx) => runOn(tx)(insert, ['done']))
    expect(await runOn(db)(find, ['done'])).toHaveLength(1)
  })
})
