import { expect, test } from 'vitest'
import { endSessions } from '#lib/sessions/end-session.ts'
import { revokeEnded } from '#lib/tokens/revoke-token-sets.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { manySessions } from '../support/many-rows.ts'
import { smallProcess } from '../support/small-process.ts'

const config = await configOf({ file: {} })

onEachDatabase((instances) => {
  async function ended(count: number) {
    const [db] = instances()
    const process = smallProcess(db, config)
    const sizes: number[] = []
    process.endings.on('ended', (sids) => sizes.push(sids.length))
    const sids = await manySessions(db, count)
    await endSessions(sids, 'signed_out', process)
    /** The token sets that wait to be revoked, and those that have not ended. */
    const left = async () => {
      const [row] = await db.$queryRaw<{ waiting: number; living: number }[]>`
        SELECT count(ended_at)::int AS waiting, (count(*) - count(ended_at))::int AS living FROM token_sets
        WHERE id = ANY(${sids}::uuid[])`
      return row
    }
    return { process, sids, sizes, left }
  }

  test.each([
    [100, 0],
    [101, 101],
  ])('of %i sessions that end together %i token sets are left to the sweep', async (count, waiting) => {
    const { process, left } = await ended(count)
    expect(await left()).toEqual({ waiting, living: 0 })
    await revokeEnded(null, process)
    expect(await left()).toEqual({ waiting: 0, living: 0 })
  })

  test('any number of sessions that end together are reported in batches', async () => {
    const { sizes } = await ended(2500)
    expect(sizes).toEqual([1000, 1000, 500])
  })

  test('the log names each of them, in lines that are not long', async () => {
    const { process, sids } = await ended(101)
    const lines = process.text().split('\n')
    expect(lines.filter((line) => line.length > 2_000)).toEqual([])
    for (const sid of sids) expect(process.text()).toContain(sid)
  })
})
