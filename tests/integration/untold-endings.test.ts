import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import { takeOidcRecordsOf } from '#lib/db/oidc-records.ts'
import { endSessionTree } from '#lib/db/sessions.ts'
import { untoldSince } from '#lib/db/untold-endings.ts'
import { createAdapter } from '#lib/oidc/adapter.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { signIn } from '../support/rows.ts'

const config = await configOf({ file: {} })

onEachDatabase((instances) => {
  test('who ends a session and dies leaves its applications to be told by others, once', async () => {
    const [db] = instances()
    const [ended, told, alive, without] = [
      await signIn(db),
      await signIn(db),
      await signIn(db),
      await signIn(db),
    ]
    for (const { sid } of [ended, told, alive])
      await createAdapter({ db, config })('Session').upsert(`session of ${sid}`, { accountId: sid }, 3600)
    const since = Date.now() - 60_000
    for (const { sid } of [ended, told, without]) await endSessionTree(db, sid, 'signed_out')
    // Of this one the applications were told before the process died.
    await takeOidcRecordsOf(db, 'Session', [sha256(told.sid)])

    const untold = async () => {
      const ours = new Set<string>([ended, told, alive, without].map(({ sid }) => sid))
      const found: string[] = []
      for await (const sids of untoldSince(db, since)) found.push(...sids)
      return found.filter((sid) => ours.has(sid))
    }
    expect(await untold()).toEqual([ended.sid])
    await takeOidcRecordsOf(db, 'Session', [sha256(ended.sid)])
    expect(await untold()).toEqual([])
  })
})
