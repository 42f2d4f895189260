import { Readable } from 'node:stream'
import { OAuthError } from '#lib/oauth/error.ts'

const longest = 64 * 1024
const mostParameters = 100

/** The parameters of a form by name. */
export type Form = Partial<Record<string, string>>

/**
 * Reads an `application/x-www-form-urlencoded` body of at most 64 KiB. Throws `invalid_request` for another
 * media type or a repeated parameter, `payload_too_large` for more. A parameter without a value counts as
 * absent (RFC 6749, section 3.2).
 */
export async function readForm(
  contentType: string | null | undefined,
  body: AsyncIterable<Uint8Array> | null,
): Promise<Form> {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  const text = await readText(body)
  const isForm = mediaType === 'application/x-www-form-urlencoded' || (!mediaType && text === '')
  if (!isForm) throw new OAuthError('invalid_request', 'the body must be application/x-www-form-urlencoded')
  return parameters(new URLSearchParams(text))
}

/**
 * Parameters by name, without those that have no value. Throws `invalid_request` when one is repeated or
 * there are too many.
 */
export function parameters(search: URLSearchParams): Form {
  if (search.size > mostParameters) throw new OAuthError('invalid_request', 'there are too many parameters')
  const seen = new Set<string>()
  const found: Record<string, string> = Object.create(null)
  for (const [name, value] of search) {
    if (seen.has(name)) throw new OAuthError('invalid_request', 'a parameter is repeated')
    seen.add(name)
    if (value !== '') found[name] = value
  }
  return found
}

/** The text of a form of at most 64 KiB. Throws `payload_too_large` for more. */
export async function readText(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  const take = (chunk: Uint8Array) => {
    length += chunk.byteLength
    if (length > longest) throw tooLarge()
    chunks.push(chunk)
  }
  if (body instanceof Readable) await eachChunk(body, take)
  else for await (const chunk of body ?? []) take(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

// As `for await` would, for a third of the cost of a Node stream's iterator.
function eachChunk(body: Readable, take: (chunk: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (body.closed) return reject(brokenOff())
    // Its own error has a code that a database's error may have as well.
    let hasEnded = false
    body.once('end', () => {
      hasEnded = true
      resolve()
    })
    body.once('error', (cause) => reject(brokenOff(cause)))
    body.once('close', () => hasEnded || reject(brokenOff()))
    body.on('data', (chunk: Uint8Array) => {
      try {
        take(chunk)
      } catch (error) {
        body.removeAllListeners('data')
        reject(error)
      }
    })
  })
}

function brokenOff(cause?: Error): OAuthError {
  return new OAuthError('invalid_request', 'the form was broken off', { detail: cause?.message })
}

function tooLarge(): OAuthError {
  return new OAuthError('payload_too_large', 'the form is larger than 64 KiB')
}
