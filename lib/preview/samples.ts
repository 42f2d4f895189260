import { iconOf } from '#lib/config/provider-icon.ts'
import type { Page } from '#lib/pages/page.ts'
import { ownPageSamples } from './own-pages.ts'
import { ada, ago, long, unnamed, yuki } from './people.ts'
import type { Sample } from './sample.ts'

type ViewOf<Name extends Page['name']> = Extract<Page, { name: Name }>['view']
type StateOf<View, State> = Extract<View, { state: State }>

const form = { action: '/handoff', fields: { nonce: 'preview' } }
const source = {
  isByApp: false,
  application: undefined,
  browser: 'Firefox',
  system: 'Linux',
  secondsAgo: 12,
  network: 'same',
} as const

function question(change: Partial<StateOf<ViewOf<'handoff'>, 'open'>> = {}): Page {
  const view = { state: 'open', person: ada, standing: null, mustAsk: true, bound: false, source } as const
  return { name: 'handoff', view: { ...view, ...form, ...change } }
}

function signIn(change: Partial<ViewOf<'sign-in'>> = {}): Page {
  const providers = [
    { id: 'demo', name: 'Demo identity provider', color: undefined, icon: undefined },
    { id: 'github', name: 'GitHub', color: '#24292f', icon: iconOf('github') },
    { id: 'google', name: 'Google', color: '#1a73e8', icon: iconOf('google') },
  ]
  const view = { application: undefined, failed: undefined, standing: undefined, lastUsed: undefined }
  return { name: 'sign-in', view: { ...view, goOn: '/', again: false, providers, ...change } }
}

function problem(code: string, status: number, retryAfter?: number): Page {
  const view = { code, status, description: 'what the error says', again: '/', requestId: 'preview-1' }
  return { name: 'problem', view: { ...view, ...(retryAfter !== undefined && { retryAfter }) } }
}

function asking(change: Partial<StateOf<ViewOf<'device'>, 'asking'>> = {}): Page {
  const where = { browser: 'Firefox', system: 'Linux', address: '192.0.2.7', network: 'same' } as const
  const when = { fault: undefined, askedAt: ago(1), secondsAgo: 100, numbers: ['12', '47', '83'] }
  const what = {
    userCode: 'BCDF-GHJK',
    kind: 'browser',
    clientId: undefined,
    application: undefined,
  } as const
  const view = { state: 'asking', person: ada, csrfToken: 'preview', scopes: [] as string[] } as const
  return { name: 'device', view: { ...view, ...where, ...when, ...what, ...change } }
}

function otherDevice(state: ViewOf<'another-device'>['state'], number: string | null = null): Page {
  const page = 'https://baton.example.org/device'
  const codes = { page, complete: `${page}?user_code=BCDF-GHJK`, userCode: 'BCDF-GHJK' }
  return { name: 'another-device', view: { state, ...codes, number, goOn: '/' } }
}

const problems = [
  ['csrf', 403],
  ['not_found', 404],
  ['payload_too_large', 413],
  ['misdirected_request', 421],
  ['server_error', 500],
  ['bad_gateway', 502],
  ['invalid_request', 400],
] as const

const signInErrors = ['Unavailable', 'Configuration', 'AccessDenied', 'NotAllowed', 'Expired', 'Unknown']

const failed = { error: 'Unavailable', reference: 'preview-1', provider: 'github' }
const only = { id: 'demo', name: 'Demo identity provider', color: undefined, icon: undefined }
const shop = { name: 'Example shop', host: 'shop.example.org' }
const documents = { policyUri: 'https://shop.example.org/privacy', tosUri: 'https://shop.example.org/terms' }
const scopes = ['openid', 'profile', 'email', 'offline_access']

function consent(change: Partial<StateOf<ViewOf<'handoff'>, 'consent'>> = {}): Page {
  const view = { state: 'consent', application: { ...shop, ...documents }, person: ada, scopes } as const
  return { name: 'handoff', view: { ...view, ...form, ...change } }
}

const signOut = { action: '/oidc/logout/confirm', xsrf: 'preview', person: yuki, application: 'Example shop' }

const phone = { ...source, isByApp: true, application: 'Demo phone', network: 'other' } as const

const noDevice = { ...phone, application: undefined, browser: null, system: null }

/** Every page in every state, with names of every kind. */
export const samples: Sample[] = [
  { name: 'sign-in', page: signIn() },
  { name: 'sign-in-application', page: signIn({ application: shop, lastUsed: 'github' }) },
  { name: 'sign-in-again', page: signIn({ application: shop, again: true }) },
  { name: 'sign-in-again-here', page: signIn({ again: true }) },
  { name: 'sign-in-error', page: signIn({ failed: { ...failed, provider: undefined } }) },
  { name: 'sign-in-provider-error', page: signIn({ failed, lastUsed: 'github' }) },
  { name: 'sign-in-one-provider', page: signIn({ providers: [only], application: shop }) },
  { name: 'sign-in-one-provider-home', page: signIn({ providers: [only] }) },
  { name: 'sign-in-standing', page: signIn({ standing: { id: '1', ...long } }) },
  { name: 'sign-in-no-provider', page: signIn({ providers: [] }) },
  ...signInErrors.map((error) => ({
    name: `sign-in-problem-${error.toLowerCase()}`,
    page: {
      name: 'sign-in-problem',
      view: { error, reference: 'preview-1', provider: 'GitHub', startOver: '/sign-in' },
    } satisfies Page,
  })),
  { name: 'handoff', page: question() },
  { name: 'handoff-unasked', page: question({ mustAsk: false, person: unnamed }) },
  { name: 'handoff-switch', page: question({ standing: yuki, person: long, source: phone }) },
  { name: 'handoff-application', page: question({ application: 'Demo web application', bound: true }) },
  {
    name: 'handoff-approved',
    page: question({ hasAsked: true, person: yuki, source: { ...source, secondsAgo: 2 } }),
  },
  ...[true, false].flatMap((hasAsked) =>
    [phone, noDevice, { ...noDevice, isByApp: false }].map((by, index) => ({
      name: `handoff-${hasAsked ? 'approved' : 'asked'}-${['app', 'app-alone', 'somewhere'][index]}`,
      page: question({ source: by, hasAsked }),
    })),
  ),
  {
    name: 'handoff-asking',
    page: { name: 'handoff', view: { state: 'asking', person: ada, number: '47', ...form } },
  },
  {
    name: 'handoff-asking-application',
    page: {
      name: 'handoff',
      view: { state: 'asking', person: yuki, number: '08', application: 'Demo web application', ...form },
    },
  },
  { name: 'handoff-far', page: { name: 'handoff', view: { state: 'far' } } },
  { name: 'handoff-gone', page: { name: 'handoff', view: { state: 'gone' } } },
  {
    name: 'handoff-gone-visited',
    page: { name: 'handoff', view: { state: 'gone' }, visitor: { id: '1', ...ada } },
  },
  ...(['used', 'expired', 'cancelled', 'denied'] as const).map((as) => ({
    name: `handoff-gone-${as}`,
    page: { name: 'handoff', view: { state: 'gone', as } } satisfies Page,
  })),
  { name: 'step-over', page: { name: 'handoff', view: { state: 'over' } } },
  { name: 'consent', page: consent() },
  { name: 'consent-long-name', page: consent({ person: long, application: { ...shop, name: long.name } }) },
  { name: 'consent-app', page: consent({ application: { name: 'تطبيق', host: undefined }, scopes: [] }) },
  { name: 'oidc-sign-out', page: { name: 'oidc-sign-out', view: signOut } },
  { name: 'oidc-signed-out', page: { name: 'oidc-signed-out', view: { standing: undefined } } },
  { name: 'oidc-still-signed-in', page: { name: 'oidc-signed-out', view: { standing: ada } } },
  {
    name: 'oidc-error',
    page: { name: 'oidc-error', view: { error: 'invalid_request', description: 'what the error says' } },
  },
  { name: 'leaving', page: { name: 'leaving', view: { host: 'login.example.org', address: '/' } } },
  {
    name: 'leaving-secret',
    page: { name: 'leaving', view: { host: 'login.example.org', address: undefined } },
  },
  { name: 'device-enter', page: { name: 'device', view: { state: 'enter', person: ada, wrong: undefined } } },
  {
    name: 'device-wrong-code',
    page: { name: 'device', view: { state: 'enter', person: long, wrong: 'BCDF-GHJX' } },
  },
  { name: 'device-browser', page: asking() },
  { name: 'device-browser-far', page: asking({ numbers: undefined, network: 'other', browser: null }) },
  {
    name: 'device-application',
    page: asking({ kind: 'device', application: 'Demo television', scopes: ['profile', 'email'] }),
  },
  ...(['approved', 'denied', 'wrong-number'] as const).map((state) => ({
    name: `device-${state}`,
    page: { name: 'device', view: { state } } satisfies Page,
  })),
  { name: 'another-device-waiting', page: otherDevice('waiting') },
  { name: 'another-device-opened', page: otherDevice('opened', '47') },
  { name: 'another-device-denied', page: otherDevice('denied') },
  { name: 'another-device-expired', page: otherDevice('expired') },
  ...problems.map(([code, status]) => ({ name: `problem-${status}`, page: problem(code, status) })),
  { name: 'problem-429', page: problem('slow_down', 429, 42) },
  { name: 'problem-503', page: problem('temporarily_unavailable', 503, 5) },
  ...ownPageSamples,
]
