import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  // iOS takes no longer one.
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
  const folder = newFolder()
  const files = await lanCertificate(['192.168.1.5'], folder)
  const [certificate, authority] = [read(files.certificate), read(files.authority)]
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 300 * day })
  await lanCertificate(['192.168.1.5'], folder)
  expect([read(files.certificate), read(files.authority)]).toEqual([certificate, authority])
  vi.setSystemTime(Date.now() + 75 * day)
  await lanCertificate(['192.168.1.5'], folder)
  expect(read(files.certificate)).not.toBe(certificate)
  expect(read(files.authority)).not.toBe(authority)
})
