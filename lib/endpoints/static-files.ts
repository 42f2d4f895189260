import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'
import type { Logger } from 'pino'
import send from 'send'
import type { Config } from '#lib/config/load.ts'
import { openBytes, sealBytes } from '#lib/crypto/seal.ts'
import type { Database } from '#lib/db/database.ts'
import { findStaticFile, missingStaticFiles, storeStaticFile } from '#lib/db/static-files.ts'
import { closeUnlessComplete, endAnswer } from '#lib/http/end-answer.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { Exchange } from './endpoint.ts'

/** Milliseconds. */
const publishEvery = 3_600_000
const folder = '.next/static'
const prefix = '/_next/static/'
/** Milliseconds for which caches keep a file: its name changes with its content. */
const longLife = 365 * 24 * 3_600_000
/** What Next calls its files. */
const possible = /^\/_next\/static\/[\w~.\-/]{1,200}$/
const types = new Map([
  ['.js', 'application/javascript; charset=UTF-8'],
  ['.css', 'text/css; charset=UTF-8'],
  ['.woff2', 'font/woff2'],
])

type Found = { bytes: Uint8Array; type: string }

/** What a build has beside a file, by how it is encoded; the best one first. */
const endings = { br: '.br', gzip: '.gz' } as const
type Encoding = keyof typeof endings
const encodings = Object.keys(endings) as Encoding[]
const isEncoded = /\.(?:br|gz)$/

/** Addresses of this build's files, the encoded ones among them. */
const own = new Set<string>()
const nothing = Symbol('no such file')
const others = new LRUCache<string, Found | typeof nothing>({
  maxSize: 16 * 1024 * 1024,
  sizeCalculation: (found, path) => path.length + (found === nothing ? 64 : found.bytes.byteLength),
  ttl: 60_000,
})

/**
 * Stores the scripts and styles of this build in the database, so that instances of other builds can serve
 * its pages: while an upgrade goes on, a page and its files may come from different ones. Looks again each
 * hour, so that files in use stay. Returns the function that stops it.
 */
export function keepPublishing(needs: { db: Database; config: Config; log: Logger }): () => void {
  let [isStored, isStopped] = [false, false]
  const look = async () => {
    try {
      // A file that is there may be sealed by a secret that has been replaced since.
      await publish(needs, isStored ? missingStaticFiles : all)
      isStored = true
    } catch (error) {
      if (!isStopped) tell(needs.log, 'static_files.unshared', { err: error })
    }
  }
  look()
  const timer = setInterval(look, publishEvery).unref()
  return () => {
    isStopped = true
    clearInterval(timer)
  }
}

type Choice = (db: Database, paths: readonly string[]) => Promise<readonly string[]>

const all: Choice = async (_, paths) => paths

async function publish({ db, config }: { db: Database; config: Config }, choose: Choice): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries)
    if (entry.isFile()) own.add(prefix + join(entry.parentPath, entry.name).slice(folder.length + 1))
  const stored = [...own].filter((path) => types.has(extname(path)) && possible.test(path))
  for (const path of await choose(db, stored)) {
    const bytes = await readFile(join(folder, path.slice(prefix.length)))
    await storeStaticFile(db, path, await sealBytes(bytes, contextOf(path), config.secrets))
  }
}

/**
 * `/_next/static/*`: a file of this build, in the encoding that the caller likes best (RFC 9110, section
 * 12.5.3), or one of another build, which comes from the database. Next answers all else.
 */
export async function staticFile(exchange: Exchange): Promise<void> {
  const { req, res, target, runtime, render } = exchange
  const [path = ''] = target.split('?')
  const isFile = own.size > 0 && possible.test(path) && types.has(extname(path))
  if (isFile && own.has(path)) return sendOwn(path, exchange)
  const found = isFile ? await ofAnotherBuild(path, runtime) : undefined
  if (!found) {
    // Next has a form of its own for an address that is nothing.
    const isNothing = own.size > 0 && !own.has(decodeURIComponent(path))
    if (isNothing || isEncoded.test(path)) throw notFound()
    return render()
  }
  closeUnlessComplete(res)
  res.writeHead(200, {
    'content-type': found.type,
    'content-length': found.bytes.byteLength,
    'cache-control': `public, max-age=${longLife / 1000}, immutable`,
    'x-content-type-options': 'nosniff',
  })
  endAnswer(res, req.method === 'HEAD' ? undefined : found.bytes)
}

async function sendOwn(path: string, { req, res }: Exchange): Promise<void> {
  const encoding = encodingFor(path, req)
  res.setHeader('content-type', types.get(extname(path)) as string)
  res.setHeader('vary', 'Accept-Encoding')
  if (encoding) res.setHeader('content-encoding', encoding)
  closeUnlessComplete(res)
  const file = path.slice(prefix.length) + (encoding ? endings[encoding] : '')
  await new Promise<void>((resolve, reject) => {
    res.once('close', resolve)
    send(req, file, { root: folder, maxAge: longLife, immutable: true, index: false })
      .on('error', (error: Error & { status?: number }) => {
        // They told of a file.
        for (const name of ofFiles) res.removeHeader(name)
        if (error.status === 404) reject(notFound())
        // A condition or a range that the file does not meet (RFC 9110, sections 15.5.13 and 15.5.17).
        else if (error.status === 412 || error.status === 416)
          res.writeHead(error.status, { 'content-length': 0 }).end()
        else reject(error)
      })
      .pipe(res)
  })
}

function notFound(): OAuthError {
  return new OAuthError('not_found', 'there is no such address')
}

const ofFiles = [
  'content-type',
  'content-encoding',
  'cache-control',
  'etag',
  'last-modified',
  'accept-ranges',
]

function encodingFor(path: string, req: Exchange['req']): Encoding | undefined {
  const preferred = encodings.filter((name) => own.has(path + endings[name]))
  const [best] = negotiated(new Negotiator(req), [...preferred, 'identity'], { preferred })
  return preferred.find((name) => name === best)
}

// Its types are those of a version that had no preference.
function negotiated(
  negotiator: { encodings(available: string[], options?: { preferred: string[] }): string[] },
  ...given: [available: string[], options: { preferred: string[] }]
): string[] {
  return negotiator.encodings(...given)
}

async function ofAnotherBuild(
  path: string,
  { db, config }: { db: Database; config: Config },
): Promise<Found | undefined> {
  const kept = others.get(path)
  if (kept !== undefined) return kept === nothing ? undefined : kept
  const sealed = await findStaticFile(db, path)
  const opened = sealed && (await openBytes(sealed, contextOf(path), config.secrets))
  const found = opened ? { bytes: opened.bytes, type: types.get(extname(path)) as string } : undefined
  others.set(path, found ?? nothing)
  return found
}

function contextOf(path: string): string {
  return `static file ${path}`
}
