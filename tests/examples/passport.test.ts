import { expect, inject, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { exampleContract } from './support/example-contract.ts'
import { startProcess } from './support/start-process.ts'

exampleContract({ name: 'passport', clientId: 'example-passport', own: 'http://127.0.0.1:4016' })

test('behind a proxy that ends TLS, it sets a cookie with the prefix __Host-', async () => {
  const port = await freePort()
  const env = {
    BATON_URL: inject('demo').BATON_URL,
    APP_URL: `https://127.0.0.1:${port}`,
    CLIENT_ID: 'example-passport',
    CLIENT_SECRET: 'example-passport-secret-of-the-demo',
    SESSION_SECRET: 'a secret of this test',
  }
  const command = ['npm', 'start'] as const
  const example = await startProcess({ command, cwd: 'examples/passport', env, ready: /^Ready: /m })
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/signin`, {
      headers: { 'x-forwarded-proto': 'https' },
      redirect: 'manual',
    })
    const [cookie] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-example-passport=/)
    expect(cookie).toMatch(/; Path=\/;/)
    expect(cookie).toMatch(/; Secure/)
  } finally {
    await example.stop()
  }
})
