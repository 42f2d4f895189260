import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '#lib/db/open.ts'
import { endSessionTree, findLiveSession } from '#lib/db/sessions.ts'
import { sweep } from '#lib/db/sweep.ts'
import { migratedPostgres } from '../support/databases.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { fromNow, handOver, living, nonceOf, redeem, signIn } from '../support/rows.ts'
import { total } from '../support/total.ts'

onEachDatabase((instances) => {
  test('ending a session ends every hand-off that came of it and nothing beside it', async () => {
    const [db] = instances()
    const root = await signIn(db)
    const child = await handOver(db, root)
    const sibling = await handOver(db, root)
    const grandchild = await handOver(db, child)
    const greatGrandchild = await handOver(db, grandchild)
    const stranger = await signIn(db)

    expect(await endSessionTree(db, child.sid, 'signed_out')).toMatchObject({ sids: { length: 3 } })
    expect(await living(db, { root, child, sibling, grandchild, greatGrandchild, stranger })).toEqual({
      root: true,
      child: false,
      sibling: true,
      grandchild: false,
      greatGrandchild: false,
      stranger: true,
    })
    expect(await endSessionTree(db, root.sid, 'signed_out')).toMatchObject({ sids: { length: 2 } })
    expect(await living(db, { root, sibling, stranger })).toEqual({
      root: false,
      sibling: false,
      stranger: true,
    })
    expect(await endSessionTree(db, root.sid, 'signed_out')).toMatchObject({ sids: { length: 0 } })
    expect(await endSessionTree(db, randomUUID(), 'signed_out')).toMatchObject({ sids: { length: 0 } })
  })

  test('a session ended alone does not keep the end of its parent from what came of it', async () => {
    const [db] = instances()
    const root = await signIn(db)
    const middle = await handOver(db, root)
    const successor = await handOver(db, middle, middle)
    await endSessionTree(db, root.sid, 'signed_out')
    expect(await living(db, { successor })).toEqual({ successor: false })
  })

  test('nor does it once its row has been swept away', async () => {
    const [db] = instances()
    const root = await signIn(db)
    const middle = await handOver(db, root)
    const successor = await handOver(db, middle, middle)
    await db.$executeRaw`
      UPDATE sessions SET ended_at = now() - interval '2 days' WHERE id = ${middle.sid}::uuid`
    await total(sweep(db, 90))
    expect(await living(db, { root, successor })).toEqual({ root: true, successor: true })
    await endSessionTree(db, root.sid, 'signed_out')
    expect(await living(db, { successor })).toEqual({ successor: false })
  })

  test('sessions that are asked for together are each found, whatever else is asked for', async () => {
    const [db] = instances()
    const [one, other] = [await signIn(db), await signIn(db)]
    const asked = [one.sid, 'no id', other.sid, randomUUID(), one.sid.toUpperCase()]
    const found = await Promise.all(asked.map((sid) => findLiveSession(db, sid)))
    expect(found.map((session) => session?.id)).toEqual([
      ...[one.sid, undefined, other.sid, undefined, one.sid],
    ])
  })

  test('an expired session is not found, nor an unknown one', async () => {
    const [db] = instances()
    const expired = await signIn(db, { expiresAt: fromNow(-1) })
    expect(await findLiveSession(db, expired.sid)).toBeUndefined()
    expect(await findLiveSession(db, randomUUID())).toBeUndefined()
  })

  test('an app session that is idle for too long is not found, but its hand-off is', async () => {
    const [db] = instances()
    const app = await signIn(db)
    const child = await handOver(db, app)
    const idleIn = (seconds: number) => db.$executeRaw`
      UPDATE sessions SET idle_until = now() + make_interval(secs => ${seconds}) WHERE id = ${app.sid}::uuid`
    await idleIn(3600)
    expect(await living(db, { app, child })).toEqual({ app: true, child: true })
    await idleIn(-1)
    expect(await living(db, { app, child })).toEqual({ app: false, child: true })
  })

  test('an ancestor whose successor takes over ends alone, and the tree goes on', async () => {
    const [db] = instances()
    const root = await signIn(db)
    const child = await handOver(db, root)
    const sibling = await handOver(db, root)
    const successor = await handOver(db, child, root)
    expect(await living(db, { root, child, sibling, successor })).toEqual({
      root: false,
      child: true,
      sibling: true,
      successor: true,
    })
    expect((await findLiveSession(db, successor.sid))?.tokenSetId).toBe(root.tokenSetId)
  })

  test('a session of somebody else that stood there ends with all that came of it', async () => {
    const [db] = instances()
    const standing = await signIn(db)
    const child = await handOver(db, standing)
    const source = await signIn(db)
    const successor = await handOver(db, source, standing)
    expect(await living(db, { standing, child, source, successor })).toEqual({
      standing: false,
      child: false,
      source: true,
      successor: true,
    })
  })

  test('an ancestor that has ended meanwhile takes nothing with it that came of it', async () => {
    const [db] = instances()
    const root = await signIn(db)
    const [first, second] = [await handOver(db, root), await handOver(db, root)]
    const [third, fourth] = [await handOver(db, first, root), await handOver(db, second, root)]
    expect(await living(db, { root, first, second, third, fourth })).toEqual({
      ...{ root: false, first: true, second: true },
      ...{ third: true, fourth: true },
    })
  })

  test('a sibling that stood there ends, and neither source nor successor', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const standing = await handOver(db, source)
    const successor = await handOver(db, source, standing)
    expect(await living(db, { source, standing, successor })).toEqual({
      source: true,
      standing: false,
      successor: true,
    })
  })

  test('30 times, a session ended while its nonce is redeemed leaves no living child behind', async () => {
    const [a, b] = instances()
    let born = 0
    for (let round = 0; round < 30; round++) {
      const source = await signIn(a)
      const nonces = await Promise.all(Array.from({ length: 4 }, () => nonceOf(a, source)))
      const children = nonces.map(() => ({ sid: randomUUID() }))
      const redeemAll = nonces.map(({ hash }, index) =>
        redeem(b, hash, { sessionId: children[index]?.sid ?? '' }),
      )
      // Every second round the end comes a little later, so that both orders are seen.
      const end =
        round % 2
          ? endSessionTree(a, source.sid, 'signed_out')
          : redeemAll[0]?.then(() => endSessionTree(a, source.sid, 'signed_out'))
      const outcomes = await Promise.all(redeemAll)
      await end
      born += outcomes.filter((outcome) => outcome !== undefined).length
      for (const child of children) expect(await findLiveSession(a, child.sid)).toBeUndefined()
    }
    expect(born).toBeGreaterThan(0)
  })

  test('parallel ends of one tree from two instances all succeed', async () => {
    const [a, b] = instances()
    for (let round = 0; round < 10; round++) {
      const root = await signIn(a)
      const child = await handOver(a, root)
      const grandchild = await handOver(a, child)
      const ended = await Promise.all([
        endSessionTree(a, root.sid, 'signed_out'),
        endSessionTree(b, child.sid, 'signed_out'),
        endSessionTree(b, root.sid, 'signed_out'),
      ])
      expect(ended.flatMap(({ sids }) => sids).sort()).toEqual([root.sid, child.sid, grandchild.sid].sort())
      expect(await living(a, { root, child, grandchild })).toEqual({
        root: false,
        child: false,
        grandchild: false,
      })
    }
  })
})

test("the database's clock decides whether a session is alive, not that of the process", async () => {
  const { db, close } = await openDatabase({ url: await migratedPostgres(), dataDir: '' })
  onTestFinished(async () => {
    vi.useRealTimers()
    await close()
  })
  const session = await signIn(db)
  const expired = await signIn(db, { expiresAt: fromNow(-1) })
  for (const hours of [-24, 24]) {
    vi.useFakeTimers({ toFake: ['Date'], now: fromNow(hours * 3600) })
    expect(await living(db, { session, expired })).toEqual({ session: true, expired: false })
    vi.useRealTimers()
  }
})
