import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import type { Reach } from '#lib/db/own-sessions.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { SessionWatch } from '#lib/sessions/session-watch.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { readableLog } from '../support/log.ts'
import { handOver, signIn } from '../support/rows.ts'

/** A watch on a database, with the people of each query; while there is a `fault`, queries fail with it. */
function watchOn(db: Database) {
  const asked: string[][] = []
  const state: { fault?: Error } = {}
  const $prepared: Database['$prepared'] = (statement, values) => {
    asked.push(values[0] as string[])
    return state.fault ? Promise.reject(state.fault) : db.$prepared(statement, values)
  }
  const { log, text } = readableLog()
  const watch = new SessionWatch({ db: { ...db, $prepared } as Database, log })
  onTestFinished(() => watch.close())
  return { watch, asked, state, text }
}

/** All that a person has. */
const all = (userId: string): Reach => ({ userId, within: null })

function watcher() {
  const told = { changes: 0, looks: 0 }
  return {
    told,
    mark: undefined,
    changed: () => void told.changes++,
    looked: () => void told.looks++,
  }
}

onEachDatabase((instances) => {
  test('of one person eight watch, of all a thousand, and a place that is left is free', () => {
    const { watch } = watchOn(instances()[0])
    const person = randomUUID()
    const places = Array.from({ length: 8 }, () => watch.enter(all(person), watcher()))
    const tooMany = new OAuthError('slow_down', 'too many watch already', { retryAfter: 5 })
    expect(() => watch.enter(all(person), watcher())).toThrow(tooMany)
    places[0]?.()
    places[0]?.()
    watch.enter(all(person), watcher())
    expect(() => watch.enter(all(person), watcher())).toThrow(tooMany)
    for (let others = 8; others < 1_000; others++) watch.enter(all(randomUUID()), watcher())
    expect(() => watch.enter(all(randomUUID()), watcher())).toThrow(tooMany)
    places[1]?.()
    watch.enter(all(randomUUID()), watcher())
  })

  test('a hand-off takes no place of its person, and hears of what came of it alone', async () => {
    const [db, other] = instances()
    const ada = await signIn(db)
    const child = await handOver(db, ada)
    const { watch } = watchOn(db)
    const within: Reach = { userId: ada.user.id, within: child.sid }
    for (let places = 0; places < 8; places++) watch.enter(within, watcher())
    const [page, bystander] = [watcher(), watcher()]
    watch.enter(all(ada.user.id), page)
    const another = await handOver(other, child)
    watch.enter({ userId: ada.user.id, within: another.sid }, bystander)
    await expect.poll(() => Math.min(page.told.looks, bystander.told.looks)).toBeGreaterThan(0)
    await handOver(other, ada)
    await expect.poll(() => page.told.changes).toBeGreaterThan(0)
    await expect.poll(() => bystander.told.looks).toBeGreaterThan(1)
    expect(bystander.told.changes).toBe(0)
    await handOver(other, another)
    await expect.poll(() => bystander.told.changes).toBeGreaterThan(0)
  })

  test('one query asks about all who are watched, and tells those alone whose person has news', async () => {
    const [db, other] = instances()
    const [ada, bob] = [await signIn(db), await signIn(db)]
    const { watch, asked } = watchOn(db)
    const [page, tab, bobs] = [watcher(), watcher(), watcher()]
    watch.enter(all(ada.user.id), page)
    watch.enter(all(ada.user.id), tab)
    watch.enter(all(bob.user.id), bobs)
    await expect.poll(() => bobs.told.looks).toBe(1)
    expect(asked).toEqual([[ada.user.id, bob.user.id]])
    await handOver(other, ada)
    await expect.poll(() => tab.told.changes).toBeGreaterThan(0)
    expect(page.told.changes).toBeGreaterThan(0)
    expect(bobs.told.changes).toBe(0)
    expect(asked).toHaveLength(bobs.told.looks)
  })

  test('a look that fails is no news, and the next one goes on', async () => {
    const [db] = instances()
    const ada = await signIn(db)
    const { watch, asked, state, text } = watchOn(db)
    const page = watcher()
    watch.enter(all(ada.user.id), page)
    await expect.poll(() => page.told.looks).toBe(1)
    state.fault = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    await expect.poll(() => asked.length).toBeGreaterThan(1)
    state.fault = new Error('a wrong query')
    await expect.poll(text).toContain('could not look for changes of sessions')
    expect(text()).not.toContain('away')
    delete state.fault
    await expect.poll(() => page.told.looks).toBeGreaterThan(1)
    expect(page.told.changes).toBe(0)
  })
})
