// The library below asks for it.
import 'reflect-metadata'

import { createPrivateKey, X509Certificate as OpenCertificate, randomBytes, webcrypto } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { mayVouchFor, nameConstraints } from './name-constraints.ts'

const day = 24 * 3600 * 1000
/** Days. */
const [ofAuthority, ofServer, renewedBefore] = [365, 90, 30]
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** The files of a certificate for the demo's names, and of the authority that has signed it. */
type LanCertificate = {
  authority: string
  certificate: string
  key: string
  /** SHA-256 of the authority's certificate, as phones show it. */
  fingerprint: string
}

/**
 * The certificate for these host names and addresses, in files below `folder`. The authority is made once
 * and kept, so that a phone that trusts it does so next week too; the server's certificate is made anew when
 * it is for other names or about to expire.
 */
export async function lanCertificate(names: readonly string[], folder: string): Promise<LanCertificate> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  cryptoProvider.set(webcrypto as Crypto)
  const file = (name: string) => join(folder, name)
  const files = { authority: file('authority.crt'), certificate: file('server.crt'), key: file('server.key') }
  const authority = await keptAuthority(files.authority, file('authority.key'), names)
  const { fingerprint256: fingerprint } = new OpenCertificate(authority.certificate.toString('pem'))
  if (isGood(files, names, authority.certificate)) return { ...files, fingerprint }

  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: 'CN=Baton demo',
    issuer: authority.certificate.subject,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + (ofServer - 1) * day),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  })
  await writeKey(files.key, keys)
  write(files.certificate, certificate.toString('pem'))
  return { ...files, fingerprint }
}

type Authority = { certificate: X509Certificate; key: CryptoKey }

async function keptAuthority(
  certificateFile: string,
  keyFile: string,
  names: readonly string[],
): Promise<Authority> {
  // What cannot be read is made anew.
  const kept = await readAuthority(certificateFile, keyFile, names).catch(() => undefined)
  return kept ?? makeAuthority(certificateFile, keyFile, names)
}

async function readAuthority(
  certificateFile: string,
  keyFile: string,
  names: readonly string[],
): Promise<Authority | undefined> {
  const [pem, keyPem] = [read(certificateFile), read(keyFile)]
  if (!pem || !keyPem || !isPair(pem, keyPem)) return undefined
  const certificate = new X509Certificate(pem)
  if (certificate.notAfter.getTime() < Date.now() + ofServer * day) return undefined
  const constraints = certificate.getExtension('2.5.29.30')?.value
  if (!constraints || !names.every((name) => mayVouchFor(name, constraints))) return undefined
  const [der] = PemConverter.decode(keyPem)
  const key = await crypto.subtle.importKey('pkcs8', der as ArrayBuffer, algorithm, false, ['sign'])
  return { certificate, key }
}

async function makeAuthority(
  certificateFile: string,
  keyFile: string,
  names: readonly string[],
): Promise<Authority> {
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: 'CN=Baton demo of this machine',
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + ofAuthority * day),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      nameConstraints(names),
    ],
  })
  await writeKey(keyFile, keys)
  write(certificateFile, certificate.toString('pem'))
  return { certificate, key: keys.privateKey }
}

function isGood(
  files: { certificate: string; key: string },
  names: readonly string[],
  authority: X509Certificate,
): boolean {
  const [pem, keyPem] = [read(files.certificate), read(files.key)]
  if (!pem || !keyPem || !isPair(pem, keyPem)) return false
  const certificate = new OpenCertificate(pem)
  const isFor = (name: string) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name))
  return (
    names.every(isFor) &&
    certificate.verify(new OpenCertificate(authority.toString('pem')).publicKey) &&
    Date.parse(certificate.validTo) > Date.now() + renewedBefore * day
  )
}

function isPair(pem: string, keyPem: string): boolean {
  try {
    return new OpenCertificate(pem).checkPrivateKey(createPrivateKey(keyPem))
  } catch {
    return false
  }
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function writeKey(file: string, { privateKey }: CryptoKeyPair): Promise<void> {
  const der = await crypto.subtle.exportKey('pkcs8', privateKey)
  write(file, PemConverter.encode(der, 'PRIVATE KEY'))
}

// A positive number (RFC 5280, section 4.1.2.2).
function newSerialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`
}

// A run that is killed leaves no half file. What is in the folder is its owner's alone.
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
