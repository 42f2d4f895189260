import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { selfSignedCertificate } from '../../support/certificate.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { emptyDataDir } from '../../support/databases.ts'
import { newPerson } from '../../support/person.ts'
import { perFile } from '../../support/test.ts'
import { test as base, withBackends } from '../../support/test-proxy.ts'

const certificate = selfSignedCertificate(['localhost'])

const test = base
  .extend('modern', perFile, async ({ closing }) => {
    const versions: string[] = []
    const server = createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
      versions.push(request.httpVersion)
      response.end('hello')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return closing({ url: `https://localhost:${port}`, versions, close: () => void server.close() })
  })
  .extend('setup', perFile, ({ modern }) => withBackends({ name: 'modern', url: modern.url }))

test('a backend that offers HTTP/2 as well is called by HTTP/1.1', async ({
  modern,
  startAnother,
  closing,
}) => {
  const { dataDir, remove } = await emptyDataDir()
  closing({ close: remove })
  const trusted = join(dataDir, 'certificate.pem')
  await writeFile(trusted, certificate.cert)
  const baton = await startAnother({ env: { NODE_EXTRA_CA_CERTS: trusted } })
  const person = newPerson(baton.url)
  await person.signIn()
  const cookie = await person.cookies()
  const host = new URL(baton.url).host
  const headers = { cookie, host, 'sec-fetch-site': 'same-origin' }
  const answer = await httpCall(baton.address, '/api/backends/modern/x', { headers })
  expect([answer.status, answer.text, modern.versions]).toEqual([200, 'hello', ['1.1']])
})
