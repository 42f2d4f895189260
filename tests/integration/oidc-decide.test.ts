import { randomUUID } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { createAdapter } from '#lib/oidc/adapter.ts'
import { decide, note } from '#lib/oidc/interaction/decide.ts'
import type { Step } from '#lib/oidc/interaction/step.ts'
import { createProvider } from '#lib/oidc/provider.ts'
import { signingKeys } from '#lib/oidc/signing-keys.ts'
import type { Result } from '#lib/oidc/types.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { someDevice } from '../support/page-of.ts'
import { smallProcess } from '../support/small-process.ts'

const config = await configOf()
const refused = (description: string): Result => ({ error: 'access_denied', error_description: description })

/** A step that waits for its person, as each of these instances loads it, and what is stored of it. */
async function newStep(...instances: Database[]) {
  const uid = randomUUID()
  const exp = numericDate(new Date()) + 600
  await createAdapter({ db: instances[0] as Database, config })('Interaction').upsert(
    uid,
    {
      kind: 'Interaction',
      exp,
      params: {},
      returnTo: `${config.url}/oidc/authorize/${uid}`,
      prompt: { name: 'login', reasons: ['no_session'], details: {} },
    },
    600,
  )
  const steps = await Promise.all(instances.map((db) => loadedStep(db, uid)))
  const [{ provider }] = steps as [Step]
  return { uid, exp, steps, stored: () => provider.Interaction.find(uid) }
}

async function loadedStep(db: Database, uid: string): Promise<Step> {
  const needs = {
    ...smallProcess(db, config),
    issuerKeys: new Map(),
    endOthers: async () => {},
    ended: async () => {},
    signOut: async () => {},
    logos: { pathOf: () => undefined },
    renderPage: () => ({ headers: {}, body: '' }),
  }
  const provider = await createProvider(needs, await signingKeys(needs))
  const interaction = await provider.Interaction.find(uid)
  if (!interaction) throw new Error('the step was not stored')
  const req = new IncomingMessage(new Socket())
  return { provider, interaction, req, device: someDevice, standing: undefined, needs }
}

onEachDatabase((instances) => {
  test('of 20 parallel decisions on two instances one is made, and its result is stored', async () => {
    const [a, b] = instances()
    const { steps, stored } = await newStep(...Array.from({ length: 20 }, (_, turn) => (turn % 2 ? b : a)))
    const made: string[] = []
    const outcomes = await Promise.all(
      steps.map((step, turn) =>
        decide(step, async () => {
          made.push(String(turn))
          return { result: refused(String(turn)) }
        }),
      ),
    )
    expect(made).toHaveLength(1)
    expect(await stored()).toMatchObject({ result: refused(made[0] ?? '') })
    for (const outcome of outcomes) expect(outcome).toMatchObject({ goTo: steps[0]?.interaction.returnTo })
  })

  test('a decision that fails leaves nothing behind, and can be made again', async () => {
    const [a, b] = instances()
    const { uid, steps, stored } = await newStep(a, b)
    const [first, again] = steps as [Step, Step]
    const grant = `${uid} grant`
    const failing = decide(first, async (tx) => {
      await tx.$executeRaw`
        INSERT INTO oidc_records (model, hash, sealed) VALUES ('Grant', ${sha256(grant)}, '')`
      throw new Error('broken')
    })
    await expect(failing).rejects.toThrow('broken')
    expect(await stored()).not.toHaveProperty('result')
    const rows = await a.$queryRaw`SELECT FROM oidc_records WHERE hash = ${sha256(grant)}`
    expect(rows).toEqual([])
    await decide(again, async () => ({ result: refused('again') }))
    expect(await stored()).toMatchObject({ result: refused('again') })
  })

  test('a page view that comes late notes nothing in a decided step', async () => {
    const [a, b] = instances()
    const { steps, stored } = await newStep(a, b, a)
    const [view, press, late] = steps as [Step, Step, Step]
    expect(await note(view, { seen: 'in time' })).toBe(true)
    expect(await stored()).toMatchObject({ prompt: { details: { seen: 'in time' } } })
    await decide(press, async () => ({ result: refused('decided') }))
    expect(await note(late, { seen: 'too late' })).toBe(false)
    expect(await stored()).toMatchObject({ result: refused('decided') })
  })

  test('a decided step is found for as long as it lives, however long ago it was decided', async () => {
    const [db] = instances()
    const { uid, exp, steps, stored } = await newStep(db)
    await decide(steps[0] as Step, async () => ({ result: refused('decided') }))
    await db.$executeRaw`
      UPDATE oidc_records SET consumed_at = consumed_at - interval '11 s' WHERE hash = ${sha256(uid)}`
    expect(await stored()).toMatchObject({ result: refused('decided'), exp })
  })
})
