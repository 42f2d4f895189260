import { BatonError } from './error.ts'
import type { Settings } from './options.ts'
import { parseUrl } from './secure-url.ts'

const LARGEST = 256 * 1024

export type Answer = { status: number; headers: Headers; body: Uint8Array }

/**
 * Sends one of the library's own requests (a POST when there is a form) and reads the whole answer. Sends it
 * to `url` only.
 * Throws `network`, and `unsupported_response` for a redirect or an answer of more than 256 KiB.
 */
export async function send(
  url: string,
  { form, headers = {} }: { form?: Record<string, string | undefined>; headers?: Record<string, string> },
  { fetch, timeoutMs }: Pick<Settings, 'fetch' | 'timeoutMs'>,
): Promise<Answer> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeoutMs)
  try {
    const response = await fetch(url, {
      ...(form ? posted(form) : {}),
      headers: {
        accept: 'application/json',
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...headers,
      },
      redirect: 'error',
      credentials: 'omit',
      signal: abort.signal,
    })
    assertNotElsewhere(response, url)
    return { status: response.status, headers: response.headers, body: await bodyOf(response) }
  } catch (cause) {
    if (cause instanceof BatonError) throw cause
    throw noAnswer(url, cause)
  } finally {
    clearTimeout(timer)
  }
}

/** The error for a failed fetch. In a page, the answer may have come and be kept from it (Fetch, CORS). */
export function noAnswer(url: string, cause: unknown): BatonError {
  const { origin: server, host } = parseUrl(url) ?? {}
  const page = (globalThis as { location?: { origin?: string } }).location?.origin
  const hint = `, or it does not let pages of ${page} read its answers (CORS: list that origin there)`
  const isOfAnother = page !== undefined && page !== 'null' && page !== server
  return new BatonError('network', `no answer from ${host}${isOfAnother ? hint : ''}`, { cause })
}

/**
 * Refuses an answer from another place: React Native's fetch ignores the `redirect` option and follows every
 * redirect.
 * Throws `unsupported_response`.
 */
export function assertNotElsewhere(response: Response, url: string): void {
  const from = parseUrl(response.url)
  if (response.redirected || (from && from.origin !== parseUrl(url)?.origin))
    throw new BatonError('unsupported_response', 'the answer is a redirect', { status: response.status })
}

// A string, because not every platform's fetch treats URLSearchParams as a form.
function posted(form: Record<string, string | undefined>) {
  const fields = Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined)
  return { method: 'POST', body: new URLSearchParams(fields).toString() }
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  const reader = response.body?.getReader?.()
  // React Native's responses have no streams.
  if (!reader) {
    const body = new Uint8Array(await response.arrayBuffer())
    if (body.length > LARGEST) throw tooLarge(response)
    return body
  }

  const chunks: Uint8Array[] = []
  let size = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value)
    size += part.value.length
    if (size <= LARGEST) continue
    reader.cancel().catch(() => undefined)
    throw tooLarge(response)
  }
  return joined(chunks, size)
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

function tooLarge({ status }: Response): BatonError {
  return new BatonError('unsupported_response', 'the answer is too large', { status })
}
