import 'reflect-metadata'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkServerIdentity, connect, createServer } from 'node:tls'
import {
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate as X509,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { afterEach, expect, test, vi } from 'vitest'
import { lanCertificate } from '../../../demo/lan/certificate.ts'

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'baton-lan-')), 'lan')
const read = (file: string) => readFileSync(file, 'utf8')
const day = 24 * 3600 * 1000

afterEach(() => vi.useRealTimers())

test('the certificate is for each name and address, and by the authority', async () => {
  const files = await lanCertificate(['192.168.1.5', 'desk.local'], newFolder())
  const [server, authority] = [files.certificate, files.authority].map(
    (file) => new X509Certificate(read(file)),
  )
  expect(server?.subjectAltName).toBe('IP Address:192.168.1.5, DNS:desk.local')
  expect(server?.verify(authority?.publicKey as never)).toBe(true)
  expect([server?.ca, authority?.ca]).toEqual([false, true])
  // iOS takes none that is good for longer.
  const lifetime = Date.parse(server?.validTo ?? '') - Date.parse(server?.validFrom ?? '')
  expect(lifetime / day).toBeLessThan(398)
  for (const key of [files.key, files.authority.replace('.crt', '.key')])
    expect(statSync(key).mode & 0o777).toBe(0o600)
})

test('both stay for the next run; for another address the authority stays', async () => {
  const folder = newFolder()
  const first = await lanCertificate(['192.168.1.5'], folder)
  const [certificate, authority] = [read(first.certificate), read(first.authority)]
  await lanCertificate(['192.168.1.5'], folder)
  expect(read(first.certificate)).toBe(certificate)
  await lanCertificate(['192.168.1.6'], folder)
  expect(read(first.certificate)).not.toBe(certificate)
  expect(read(first.authority)).toBe(authority)
})

test('what is about to expire is made anew, and the authority where it would not outlive that', async () => {
  const [folder, began] = [newFolder(), Date.now()]
  const files = await lanCertificate(['192.168.1.5'], folder)
  const [certificate, authority] = [read(files.certificate), read(files.authority)]
  const after = async (days: number) => {
    vi.useFakeTimers({ toFake: ['Date'], now: began + days * day })
    await lanCertificate(['192.168.1.5'], folder)
    return [read(files.certificate) === certificate, read(files.authority) === authority]
  }
  expect(await after(50)).toEqual([true, true])
  expect(await after(70)).toEqual([false, true])
  expect(await after(280)).toEqual([false, false])
})

test('what is damaged or belongs to something else is made anew', async () => {
  const folder = newFolder()
  const files = await lanCertificate(['192.168.1.5'], folder)
  const other = await lanCertificate(['192.168.1.5'], newFolder())
  for (const [file, text] of [
    [files.authority, 'no certificate'],
    [files.authority, read(other.authority)],
    [files.key, read(other.key)],
    [files.certificate, ''],
  ] as const) {
    writeFileSync(file, text)
    await lanCertificate(['192.168.1.5'], folder)
    const server = new X509Certificate(read(files.certificate))
    expect(server.checkPrivateKey(createPrivateKey(read(files.key)))).toBe(true)
    expect(server.verify(new X509Certificate(read(files.authority)).publicKey)).toBe(true)
  }
})

test('the authority may vouch for private networks and this machine, and for nobody else', async () => {
  const names = ['192.168.1.5', '203.0.113.9', 'desk.example.org', 'localhost']
  const folder = newFolder()
  const files = await lanCertificate(names, folder)
  const [ca, key] = [read(files.authority), read(files.key)]
  expect(new X509Certificate(ca).fingerprint256).toBe(files.fingerprint)
  for (const name of names)
    expect(await verified({ cert: read(files.certificate), key }, ca, name)).toBe('authorized')

  // What somebody makes who has got hold of the authority's key.
  const stolen = await certificateBy(ca, read(files.authority.replace('.crt', '.key')), 'bank.example')
  expect(await verified(stolen, ca, 'bank.example')).toBe('permitted subtree violation')
  const local = await certificateBy(ca, read(files.authority.replace('.crt', '.key')), 'other.local')
  expect(await verified(local, ca, 'other.local')).toBe('authorized')

  // Another name of this machine needs another authority.
  await lanCertificate([...names, 'other.example.org'], folder)
  expect(read(files.authority)).not.toBe(ca)
})

/** What a client says that trusts the authority and calls a server by this name. */
async function verified(own: { cert: string; key: string }, ca: string, name: string): Promise<string> {
  const server = createServer(own).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({
    port,
    ca,
    host: '127.0.0.1',
    servername: isIP(name) ? '' : name,
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  })
  const said = await once(socket, 'secureConnect').then(
    () => 'authorized',
    (error: Error) => error.message,
  )
  socket.destroy()
  server.close()
  return said
}

/** A certificate for a name, by the key of an authority. */
async function certificateBy(
  ca: string,
  caKey: string,
  name: string,
): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [der] = PemConverter.decode(caKey)
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=somebody',
    issuer: new X509(ca).subject,
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', der as ArrayBuffer, algorithm, false, ['sign']),
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  })
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { cert: certificate.toString('pem'), key }
}
