import type { Backend } from '#lib/config/backends.ts'
import { configuredUrl } from '#lib/config/configured-url.ts'

/** Where a call went, and where its caller sees that. */
export type CalledAt = {
  backend: Pick<Backend, 'name' | 'url' | 'rewriteLinks'>
  /** Path and query at the backend. */
  path: string
  /** Baton's own origin. */
  origin: string
}

type Rewrite = (value: string, at: CalledAt) => string | undefined

/** The headers of an answer that lead somewhere. */
const rewrites = new Map<string, Rewrite>([
  ['location', linkBack],
  ['content-location', linkBack],
  ['link', linkHeader],
  ['refresh', refreshHeader],
])

/** Whether a header, named in lower case, leads somewhere. */
export function isLink(name: string): boolean {
  return rewrites.has(name)
}

/**
 * The value of a header of a backend that leads somewhere, for the caller: what leads to the backend leads to
 * the same thing below `/api/backends/{name}`, and addresses of other origins stay. `undefined` for a value
 * that would lead to Baton's own origin elsewhere, or cannot be read.
 */
export function linkForCaller(name: string, value: string, at: CalledAt): string | undefined {
  return rewrites.get(name)?.(value, at)
}

/** A URI reference (RFC 3986, section 4.1), as the browser that gets it would resolve it. */
function linkBack(value: string, { backend, path, origin }: CalledAt): string | undefined {
  const reference = textOf(value)
  const own = configuredUrl(origin)
  const base = configuredUrl(backend.url)
  const [basePath, prefix] = [base.pathname.replace(/\/$/, ''), `/api/backends/${backend.name}`]
  const called = new URL(base.origin + path)
  const atBackend = parsed(reference, called.href)
  const below = atBackend && isAt(atBackend, base) ? restBelow(atBackend.pathname, basePath) : undefined
  if (backend.rewriteLinks && atBackend && below !== undefined)
    return prefix + below + atBackend.search + atBackend.hash
  const seenAt = prefix + called.pathname.slice(basePath.length) + called.search
  const atCaller = parsed(reference, own.origin + seenAt)
  if (!atCaller) return undefined
  return isAt(atCaller, own) && restBelow(atCaller.pathname, prefix) === undefined ? undefined : value
}

// Backends that believe `X-Forwarded-Proto` write that scheme with a host of their own.
function isAt({ protocol, host }: URL, known: Readonly<URL>): boolean {
  return /^https?:$/.test(protocol) && host === known.host
}

function restBelow(pathname: string, base: string): string | undefined {
  return pathname === base || pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : undefined
}

function parsed(reference: string, base: string): URL | undefined {
  return URL.parse(reference, base) ?? undefined
}

// Header values are bytes here, one in each character; browsers read those of a link as UTF-8.
function textOf(value: string): string {
  const bytes = Buffer.from(value, 'latin1')
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : value
}

// One link of a list (RFC 8288, section 3).
const oneLink = /[\s,]*<([^<>]*)>((?:[^",<]|"(?:[^"\\]|\\.)*")*)(?:,|$)/gy

function linkHeader(value: string, at: CalledAt): string | undefined {
  const links = [...value.matchAll(oneLink)]
  const read = links.reduce((length, [link]) => length + link.length, 0)
  if (!/^[\s,]*$/.test(value.slice(read))) return undefined
  const led = links.map(([, target = '', rest = '']) => ({
    target: linkBack(target, at),
    rest: parametersOf(rest, at),
  }))
  if (led.length === 0 || led.some(({ target, rest }) => target === undefined || rest === undefined))
    return undefined
  return led.map(({ target, rest }) => `<${target}>${rest}`).join(', ')
}

const anchor = /(;[\t ]*anchor[\t ]*=[\t ]*)(?:"((?:[^"\\]|\\.)*)"|([^;\t ]*))/gi

// `anchor` is an address as well, `imagesrcset` has several, and some readers take an apostrophe for a quote.
function parametersOf(rest: string, at: CalledAt): string | undefined {
  if (/imagesrcset/i.test(rest) || /'/.test(rest.replace(/"(?:[^"\\]|\\.)*"/g, ''))) return undefined
  let isLost = false
  const led = rest.replace(anchor, (_, before: string, quoted?: string, bare?: string) => {
    const target = linkBack(quoted ?? bare ?? '', at)
    isLost ||= target === undefined
    return `${before}"${target}"`
  })
  return isLost ? undefined : led
}

// The "shared declarative refresh steps" of HTML: seconds, then perhaps an address, perhaps in quotes.
function refreshHeader(value: string, at: CalledAt): string | undefined {
  const [, time, rest = ''] =
    /^[\t\n\f\r ]*([\d.]+)[\t\n\f\r ]*(?:[;,\t\n\f\r ][\t\n\f\r ]*(.*))?$/s.exec(value) ?? []
  if (time === undefined || rest === '') return time
  const named = rest.replace(/^url[\t\n\f\r ]*=[\t\n\f\r ]*/i, '')
  const target = /^(["'])(.*?)(?:\1|$)/s.exec(named)?.[2] ?? named
  // Written anew without its quotes, another one inside would be taken for them.
  const led = /^["']/.test(target) ? undefined : linkBack(target, at)
  return led && `${time};url=${led}`
}
