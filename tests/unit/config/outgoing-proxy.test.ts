import { expect, test } from 'vitest'
import { configOf, faultsOf } from '../../support/config.ts'

const [one, other] = ['http://one.example:3128', 'https://user:p%40ss@other.example']
const on = { NODE_USE_ENV_PROXY: '1' }

test.for<[string, Record<string, string>, object | undefined]>([
  ['both', { HTTP_PROXY: one, HTTPS_PROXY: other }, { httpProxy: one, httpsProxy: other, noProxy: '' }],
  ['one for both', { HTTP_PROXY: one }, { httpProxy: one, httpsProxy: one, noProxy: '' }],
  ['https alone', { HTTPS_PROXY: other }, { httpProxy: '', httpsProxy: other, noProxy: '' }],
  [
    'lower case goes first',
    {
      http_proxy: one,
      HTTP_PROXY: other,
      https_proxy: other,
      HTTPS_PROXY: one,
      no_proxy: 'a',
      NO_PROXY: 'b',
    },
    { httpProxy: one, httpsProxy: other, noProxy: 'a' },
  ],
  [
    'an empty one is none',
    { http_proxy: '', HTTP_PROXY: one },
    { httpProxy: one, httpsProxy: one, noProxy: '' },
  ],
  ['no proxy at all', { NO_PROXY: 'localhost' }, undefined],
])('proxies are read as Node reads them: %s', async ([, env, outgoingProxy]) => {
  expect(await configOf({ env: { ...on, ...env } })).toMatchObject({ unusedProxies: [] })
  expect((await configOf({ env: { ...on, ...env } })).outgoingProxy).toEqual(outgoingProxy)
})

test.for(['', '0', 'true'])('without the switch at 1 none is used or checked: "%s"', async (value) => {
  const env = { NODE_USE_ENV_PROXY: value, HTTPS_PROXY: 'nonsense', http_proxy: one }
  expect(await configOf({ env })).toMatchObject({
    outgoingProxy: undefined,
    unusedProxies: ['HTTPS_PROXY', 'http_proxy'],
  })
})

test.for(['proxy.test:3128', 'proxy.test', 'socks5://proxy.test', 'http://user:100%@proxy.test'])(
  'what is no http or https URL is a fault that does not repeat it: %s',
  async (value) => {
    const faults = await faultsOf({ env: { ...on, https_proxy: value, PORT: '0' } })
    expect(faults).toHaveLength(2)
    expect(faults[1]).toMatch(/^https_proxy: give the http or https URL of a proxy/)
    expect(faults[1]).not.toContain(value)
  },
)
