import { openDatabase } from '#lib/db/open.ts'
import { sweep } from '#lib/db/sweep.ts'
import { nothingSearched } from '#lib/db/unused-token-sets.ts'
import { freePort } from '../../tests/support/free-port.ts'
import type { Contender } from '../measure/interleave.ts'
import { fillSessions } from '../partners/fill-sessions.ts'
import { emptyDatabase } from '../partners/postgres.ts'
import type { Scenario } from './scenario.ts'

const auditDays = 90

/** What the work of each minute costs, by the number of rows. */
export const sweeping: Scenario = {
  name: 'sweep',
  about:
    'The sweep of a minute in which 1,000 sessions have ended, on a PostgreSQL with so many living ' +
    'sessions, and as many that have ended within the last day.',
  columns: [{ key: 'milliseconds', title: 'ms', better: 'less', digits: 0 }],
  compare: { base: '10^4 sessions' },
  rounds: ({ quick, rounds }) => (quick ? 2 : rounds),
  seconds: ({ quick }) => (quick ? 30 : 120),
  async contenders(bench) {
    const sizes = bench.pace.quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000]
    return Promise.all(sizes.map((size) => swept(size)))

    async function swept(size: number): Promise<Contender> {
      const name = `10^${Math.log10(size)} sessions`
      const url = await emptyDatabase(bench, `sweep_${await freePort()}`)
      const { db, close } = await openDatabase({ url, dataDir: '' })
      bench.defer(close)
      await bench.once(name, () => fillSessions(url, size))
      const searched = nothingSearched()
      const once = async () => {
        for await (const _ of sweep(db, auditDays, searched));
      }
      return {
        name,
        // The first sweep of a process begins with the oldest session.
        warmUp: once,
        async measure() {
          await db.$executeRawUnsafe(
            `UPDATE sessions SET ended_at = now()
             WHERE id IN (SELECT id FROM sessions WHERE ended_at IS NULL LIMIT 1000)`,
          )
          const began = performance.now()
          await once()
          return { milliseconds: performance.now() - began }
        },
      }
    }
  },
}
