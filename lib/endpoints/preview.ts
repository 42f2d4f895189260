import { cookieName } from '#lib/http/cookie.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Sample } from '#lib/preview/sample.ts'
import type { Runtime } from '#lib/runtime.ts'
import { currentRequest, noteRequest } from '#lib/telemetry/request-record.ts'
import { sendOnNode } from './answer-on-node.ts'
import type { Answer, Call, Exchange } from './endpoint.ts'
import { pageAnswer } from './show-page.ts'

const policy = 'Content-Security-Policy'
const widths = [390, 320, 768, 1280]
const schemes = ['light', 'dark'] as const

/**
 * `GET /preview`: every page in every state on one sheet, in the demo and in development alone. Throws
 * `not_found`.
 */
export async function previewSheet({ url }: Call, runtime: Runtime): Promise<Answer> {
  const samples = await samplesFor(runtime)
  const asked = (name: string) => url.searchParams.get(name) ?? ''
  const all = [...runtime.languages.keys()]
  const language = all.find((one) => one === asked('language')) ?? currentRequest()?.page?.language
  const scheme = asked('scheme') === 'dark' ? 'dark' : 'light'
  const view = {
    samples: samples.map(({ name }) => name),
    shown: asked('shown'),
    shownIn: all.filter((one) => asked('language') === 'all' || one === language),
    schemes: schemes.filter((one) => asked('scheme') === 'both' || one === scheme),
    width: widths.find((width) => String(width) === asked('width')) ?? 390,
  }
  const answer = pageAnswer({ name: 'preview', view }, runtime)
  const framing = `${answer.headers[policy]}; frame-src 'self'`
  return { ...answer, headers: { ...answer.headers, [policy]: framing } }
}

/** `GET /preview/{name}`: one of them, for the sheet to frame. Throws `not_found`. */
export async function previewSample(exchange: Exchange): Promise<void> {
  const { req, res, target, search, runtime, render } = exchange
  const [, name] = /^\/preview\/([\w-]+)/.exec(target) ?? []
  const sample = (await samplesFor(runtime)).find((one) => one.name === name)
  if (!sample) throw notFound()
  const scheme = new URLSearchParams(search).get('scheme')
  const page = currentRequest()?.page
  if (page && (scheme === 'light' || scheme === 'dark')) noteRequest({ page: { ...page, scheme } })
  if ('page' in sample) {
    const answer = pageAnswer(sample.page, runtime)
    // Its scripts would send forms.
    const still = answer.headers[policy]?.replace(/script-src [^;]+/, "script-src 'none'")
    return sendOnNode(res, { ...answer, headers: framed({ ...answer.headers, [policy]: still ?? '' }) })
  }
  const own = { [policy]: String(res.getHeader(policy)) }
  for (const [header, value] of Object.entries(framed(own))) res.setHeader(header, value)
  req.url = sample.path
  // `middleware.ts` leads to sign-in whom no cookie says to be signed in; who visits is the sample's.
  const cookies = ['baton.session', 'baton.sign-out'].map((cookie) => cookieName(cookie, runtime.config))
  req.headers.cookie = cookies.map((cookie) => `${cookie}=preview`).join('; ')
  const { visit, sessions, activity } = sample
  return runtime.visit.run(visit, () =>
    runtime.sessionsView.run(sessions as NonNullable<typeof sessions>, () =>
      runtime.activityView.run(activity as NonNullable<typeof activity>, () => render()),
    ),
  )
}

// They are loaded for developers alone.
async function samplesFor({ config }: Pick<Runtime, 'config'>): Promise<readonly Sample[]> {
  if (!config.isDemo) throw notFound()
  const { samples } = await import('#lib/preview/samples.ts')
  return samples
}

function notFound(): OAuthError {
  return new OAuthError('not_found', 'there is no such address')
}

// The sheet frames them.
function framed(headers: Record<string, string>): Record<string, string> {
  const framing = headers[policy]?.replace("frame-ancestors 'none'", "frame-ancestors 'self'") ?? ''
  return { ...headers, [policy]: framing, 'X-Frame-Options': 'SAMEORIGIN' }
}
