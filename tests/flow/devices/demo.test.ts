import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import demo from '../../../demo/baton.config.json' with { type: 'json' }
import { askAsBrowser, numberOn, openCode, stateOf } from '../../support/another-device.ts'
import type { Setup, StagePartners } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-devices.ts'

const test = base
  .extend('setup', perFile, {
    config: (partners: StagePartners) =>
      partners.config({
        trustedIssuers: [{ issuer: partners.issuer, clients: ['demo-phone'] }],
        // As the demo has them.
        clients: demo.clients
          .filter(({ client_id }) => client_id !== 'demo-web')
          .map((client) => ({ ...client, ...(client.handoff && { handoff: { mayRequest: true } }) })),
      }),
  } satisfies Setup)
  /** Runs a program of the demo against this Baton. */
  .extend('run', perFile, ({ baton, partners }) => (program: string, ...args: string[]) => {
    const env = { ...process.env, BATON_URL: baton.url, DEMO_IDP_URL: partners.issuer }
    const child = spawn(process.execPath, [`demo/${program}.ts`, ...args], { env, stdio: 'pipe' })
    return { child, ended: once(child, 'exit').then(([code]) => code as number) }
  })

const phone = ['--approve']

test('the phone approves the code of the television, which shows who is signed in', async ({ run }) => {
  const tv = run('tv')
  let shown = ''
  tv.child.stdout.on('data', (chunk) => (shown += chunk))
  await expect.poll(() => shown, { timeout: 20_000 }).toMatch(/Waiting …/)
  expect(shown).toContain('█')
  const code = /[B-Z]{4}-[B-Z]{4}/.exec(shown)?.[0] ?? ''
  const said = run('phone', ...phone, code)
  expect(await text(said.child.stdout)).toBe('Approved: Demo television is signed in as Demo User.\n')
  expect(await said.ended).toBe(0)
  expect(await tv.ended).toBe(0)
  expect(shown).toMatch(/Signed in as Demo User\.\n$/)
})

test('for a browser the phone needs its number, and says so', async ({ run, waiting, approver }) => {
  const code = await askAsBrowser(waiting)
  const without = run('phone', ...phone, code)
  expect(await text(without.child.stderr)).toMatch(/--number NN/)
  expect(await without.ended).toBe(1)
  await openCode(approver, code)
  const answer = run('phone', ...phone, code, '--number', await numberOn(waiting))
  expect(await answer.ended).toBe(0)
  expect(await stateOf(waiting)).toBe('approved')
})
