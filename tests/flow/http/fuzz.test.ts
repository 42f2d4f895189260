import { expect } from 'vitest'
import { endpoints } from '#lib/endpoints/all.ts'
import { fuzz } from '../../fuzz/fuzz.ts'
import { fullConfig } from '../../support/full-config.ts'
import { settledLines } from '../../support/log-lines.ts'
import { expectModest } from '../../support/modest-lines.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, { config: fullConfig } satisfies Setup)

// Many more of them, from any seed: `npm run test:fuzz`.
test('no request is answered by a fault, hangs, or logs a fault, a long line or a stack', async ({
  stage,
  baton,
}) => {
  const before = baton.log().length
  const paths = endpoints.map(({ path }) => path)
  const { faults, answers } = await fuzz(stage, paths, { count: 1500, seed: 14 })
  expect(faults).toEqual([])
  // Requests reach what is behind the guard.
  for (const status of [200, 302, 303, 400, 401, 403, 404, 405, 410, 413])
    expect(answers[status], `${status}`).toBeGreaterThan(0)
  await settledLines(baton)
  expectModest(baton.log().slice(before).split('\n').slice(0, -1))
})
