import { expect } from 'vitest'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, {
  config: ({ config }) => config({ providers: [], backends: [] }),
} satisfies Setup)

test('where people sign in in apps alone, the sign-in page says so', async ({ newcomer, baton }) => {
  const html = await (await newcomer().request('/sign-in')).text()
  expect(html).toContain('People sign in through their app here.')
  // The app signs this browser in.
  const forms = [...html.matchAll(/<form[^>]* action="([^"]*)"/g)].map(([, action]) => action)
  expect(forms).toEqual(['/sign-in/another-device', '/language'])
  for (const path of ['/', '/sign-in'])
    expect(await (await newcomer().request(path)).text()).not.toContain('Set up sign-in')
  expect(baton.log()).not.toContain('nobody can sign in yet')
})
