import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Baton, type BatonOptions, startBaton } from '../../support/baton.ts'
import { emptyDataDir, emptyPostgres } from '../../support/databases.ts'
import { freePort } from '../../support/free-port.ts'
import { type Partners, startPartners } from '../../support/partners.ts'
import { newPerson, type Person } from '../../support/person.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

describe.each(['the embedded database', 'PostgreSQL'])('after kill -9 on %s', (kind) => {
  let partners: Partners
  let baton: Baton
  let options: BatonOptions
  let source: Person
  let target: Person
  let spent: string
  let opened: { nonce: string; by: Person }
  let unspent: string
  let removeData = async () => {}

  beforeAll(async () => {
    const port = await freePort()
    partners = await startPartners({ batonPort: port })
    options = { config: partners.config({ handoff: { nonceTtl: 120 } }), database: await database(), port }
    baton = await startBaton(options)
    source = newPerson(baton.url)
    await source.signIn()
    spent = (await source.askForNonce()).nonce
    unspent = (await source.askForNonce()).nonce
    opened = { nonce: (await source.askForNonce()).nonce, by: newPerson(baton.url) }
    await opened.by.request(`/handoff?nonce=${opened.nonce}`)
    target = newPerson(baton.url)
    expect((await target.redeem(spent)).status).toBe(303)
    await baton.kill()
    baton = await startBaton(options)
  })

  afterAll(async () => {
    await baton?.stop()
    await partners?.close()
    await removeData()
  })

  async function database(): Promise<BatonOptions['database']> {
    if (kind === 'PostgreSQL') return { url: await emptyPostgres() }
    const { dataDir, remove } = await emptyDataDir()
    removeData = remove
    return { dataDir }
  }

  test('a nonce that was spent stays spent', async () => {
    const late = newPerson(baton.url)
    expect((await late.redeem(spent)).status).toBe(410)
    expect((await late.request(`/handoff?nonce=${spent}`)).status).toBe(410)
  })

  test('a nonce that was not still works, once', async () => {
    expect((await newPerson(baton.url).redeem(unspent)).status).toBe(303)
    expect((await newPerson(baton.url).redeem(unspent)).status).toBe(410)
  })

  test('a page that was open still continues', async () => {
    expect((await opened.by.redeem(opened.nonce)).status).toBe(303)
  })

  test('whoever was signed in still is, with tokens for the backend', async () => {
    for (const person of [source, target]) expect((await person.ownPage(greeting)).status).toBe(200)
  })
})
