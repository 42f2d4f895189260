import { hash } from 'node:crypto'
import { isSvg } from './svg-head.ts'

/** A file as it is served. */
export type VersionedFile = {
  bytes: Buffer
  type: string
  /** Names these bytes in an address that may be kept for ever. */
  version: string
}

/** Bytes that a picture may have: pages stay light, and memory bounded. */
export const largestImage = 100_000

/** How pictures begin: the first twelve bytes in hexadecimal digits. */
const signatures = [
  { type: 'image/png', begins: /^89504e470d0a1a0a/ },
  { type: 'image/webp', begins: /^52494646.{8}57454250/ },
  { type: 'image/jpeg', begins: /^ffd8ff/ },
]

/**
 * The picture that these bytes are by their beginning, whatever they are called: SVG, PNG, WebP or JPEG;
 * `undefined` for anything else.
 */
export function imageOf(bytes: Buffer): VersionedFile | undefined {
  const type = typeOf(bytes)
  return type === undefined ? undefined : versioned(bytes, type)
}

/** The file of these bytes. */
export function versioned(bytes: Buffer, type: string): VersionedFile {
  return { bytes, type, version: hash('sha256', bytes, 'base64url').slice(0, 16) }
}

function typeOf(bytes: Buffer): string | undefined {
  const head = bytes.toString('hex', 0, 12)
  const found = signatures.find(({ begins }) => begins.test(head))
  return found?.type ?? (isSvg(bytes.toString()) ? 'image/svg+xml' : undefined)
}
