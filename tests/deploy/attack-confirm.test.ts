import { expect } from 'vitest'
import { test as base, demoConfig } from '../support/attack/stage.ts'
import type { StagePartners } from '../support/stage.ts'
import { perFile } from '../support/test.ts'

const test = base.extend('setup', perFile, async ({ front }) => {
  const configOf = await demoConfig()
  return {
    config: (partners: StagePartners) => ({ ...configOf(partners), handoff: { confirm: 'switching' } }),
    publicPort: front.port,
    isBehindProxy: true,
  }
})

test('where nobody is asked whether to go on, the kit says that a link signs visitors in', async ({
  attack,
}) => {
  expect(await attack(['login-link'])).toMatchObject([
    { result: 'fail', why: expect.stringContaining('handoff.confirm') },
  ])
})
