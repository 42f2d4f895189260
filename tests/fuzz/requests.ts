import type { Random } from './random.ts'
import {
  contents,
  cookieNames,
  form,
  headerNames,
  headerValues,
  methods,
  names,
  odd,
  types,
  values,
} from './words.ts'

/** What requests are made of that belongs to the Baton under test. */
export type Known = {
  host: string
  origin: string
  /** Paths of the endpoint table. */
  paths: readonly string[]
  /** `Cookie` headers of people who are signed in. */
  cookies: readonly string[]
  /** Nonces, web nonces, ID tokens and the like, good ones and spent ones. */
  secrets: readonly string[]
}

type Request = {
  bytes: Buffer
  /** Its first line. */
  line: string
  /** Whether it ends, so that it has an answer. */
  isWhole: boolean
}

/** One request, good in most of what it says. */
export function requestOf(random: Random, known: Known): Request {
  const { pick, oneIn, some } = random
  const method = pick(methods)
  const line = `${method} ${pathOf(random, known)}${oneIn(2) ? '' : `?${pairs(random, known)}`}`
  const headers = [oneIn(200) ? `Host: ${pick(odd)}` : `Host: ${known.host}`]
  if (!oneIn(3)) headers.push(`Sec-Fetch-Site: ${pick(['same-origin', 'none', 'cross-site', 'x'])}`)
  if (oneIn(2)) headers.push(`Cookie: ${cookiesOf(random, known)}`)
  if (oneIn(4)) headers.push(`Origin: ${pick([known.origin, 'null', 'https://evil.example'])}`)
  if (oneIn(4)) headers.push(`Authorization: Bearer ${pick(known.secrets)}`)
  for (const name of some(4, headerNames)) headers.push(`${name}: ${pick(oneIn(6) ? odd : headerValues)}`)
  const body = method === 'GET' && !oneIn(10) ? noBody : bodyOf(random, known)
  const lines = [`${oneIn(200) ? pick(odd) : line} HTTP/1.1`, ...headers, ...body.headers]
  const head = `${lines.join('\r\n')}\r\n\r\n`
  return { bytes: Buffer.from(head + body.text, 'latin1'), line, isWhole: body.isWhole }
}

type Body = { headers: string[]; text: string; isWhole: boolean }

const noBody: Body = { headers: [], text: '', isWhole: true }

function bodyOf(random: Random, known: Known): Body {
  const { pick, oneIn } = random
  if (oneIn(6)) return noBody
  const type = oneIn(3) ? pick(types) : form
  const text = oneIn(30) ? 'a'.repeat(70_000) : contentOf(type, random, known)
  const headers = [`Content-Type: ${type}`]
  if (oneIn(20)) {
    const [size, end] = [pick([text.length.toString(16), 'zz', '-1', '']), pick(['0\r\n\r\n', ''])]
    const framed = `${size}\r\n${text}\r\n${end}`
    return { headers: [...headers, 'Transfer-Encoding: chunked'], text: framed, isWhole: false }
  }
  const missing = oneIn(30) ? pick([-1, 1, 1000]) : 0
  const length = oneIn(60) ? pick(odd) : Math.max(0, text.length + missing)
  return { headers: [...headers, `Content-Length: ${length}`], text, isWhole: missing <= 0 && length !== '0' }
}

function contentOf(type: string, random: Random, known: Known): string {
  if (type.startsWith('multipart')) return random.pick(contents.multipart)
  if (type.endsWith('json')) return random.pick(contents.json)
  return pairs(random, known)
}

function pairs(random: Random, known: Known): string {
  const name = () => (random.oneIn(8) ? random.pick(odd) : random.pick(names))
  return random
    .some(8, names)
    .map(() => `${name()}=${oneValue(random, known)}`)
    .join(random.oneIn(20) ? ';' : '&')
}

function oneValue({ pick, oneIn }: Random, { secrets }: Known): string {
  const value = pick(pick([values, values, odd, secrets]))
  return oneIn(3) ? value : encodeURIComponent(value)
}

function cookiesOf(random: Random, known: Known): string {
  const { pick, oneIn, some } = random
  const own = oneIn(2) ? [pick(known.cookies)] : []
  return [...own, ...some(4, cookieNames).map((name) => `${name}=${oneValue(random, known)}`)].join('; ')
}

function pathOf({ pick, oneIn }: Random, { paths, secrets }: Known): string {
  const below = [
    'demo',
    'x',
    'demo/api/authenticated/greeting',
    'token',
    'me',
    'providers',
    pick(odd),
    pick(secrets),
  ]
  const base = pick(paths).replace('*', () => pick(below))
  const path = oneIn(12) ? `${base}${pick(['/', '//', '.', '%', ';a=b'])}${pick(odd)}` : base
  return (oneIn(60) ? path.toUpperCase() : path).replaceAll(/[ \r\n]/g, '+')
}
