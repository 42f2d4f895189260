import { expect } from 'vitest'
import { answerCode, approveBrowser, askAsBrowser, stateOf } from '../../support/another-device.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Setup, StagePartners } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-devices.ts'

const test = base.extend('setup', perFile, {
  database: 'PGlite',
  config: (partners: StagePartners) => fullConfig(partners, { trustedProxies: ['127.0.0.0/8'] }),
} satisfies Setup)

test('on the embedded database, which has one connection, devices and browsers are signed in', async ({
  approver,
  waiting,
  tv,
}) => {
  const { user_code, device_code } = await tv.ask()
  expect((await answerCode(approver, { user_code, approve: 'yes' })).status).toBe(200)
  expect((await tv.poll(device_code)).status).toBe(200)
  const code = await askAsBrowser(waiting)
  expect((await approveBrowser(approver, waiting, code)).status).toBe(200)
  expect(await stateOf(waiting)).toBe('approved')
})
