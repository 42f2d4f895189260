import { expect } from 'vitest'
import { echo, type Seen, test } from '../../support/test-proxy.ts'

test('a backend gets the public host and scheme, and no forwarding header of the caller', async ({
  proxy,
  host,
}) => {
  const claims = {
    forwarded: 'for=203.0.113.7;host=evil.example;proto=https',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '444',
    'x-forwarded-user': 'root',
  }
  for (const headers of [{}, claims]) {
    const seen = (await proxy.call(echo, { headers })).json<Seen>().headers
    expect(seen).toMatchObject({ 'x-forwarded-host': host, 'x-forwarded-proto': 'http' })
    expect(JSON.stringify(seen)).not.toMatch(/203\.0\.113\.7|evil|"444"|https|root/)
  }
})
