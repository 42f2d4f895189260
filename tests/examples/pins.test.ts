import { execFile } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { selfSignedCertificate } from '../support/certificate.ts'

const run = promisify(execFile)

test('the commands of docs/apps.md give the pin of a server that runs, and of a key in a file', async () => {
  const { key, cert } = selfSignedCertificate(['localhost'])
  const folder = await mkdtemp(join(tmpdir(), 'baton-pins-'))
  const server = createServer({ key, cert }).listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    await writeFile(join(folder, 'next.key'), key)
    const { port } = server.address() as AddressInfo
    const commands = (await commandsOfThePage())
      .replaceAll('baton.example.org:443', `127.0.0.1:${port}`)
      .replaceAll('baton.example.org', 'localhost')
    const { stdout } = await run('sh', ['-ec', commands], { cwd: folder })
    const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
    const pin = createHash('sha256').update(spki).digest('base64')
    expect(stdout).toBe(`${pin}\n${pin}\n`)
  } finally {
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
})

async function commandsOfThePage(): Promise<string> {
  const page = await readFile('docs/apps.md', 'utf8')
  const commands = /## Pin the server's key.*?```sh\n(.*?)```/s.exec(page)?.[1]
  if (commands === undefined) throw new Error('docs/apps.md has no commands for a pin')
  return commands
}
