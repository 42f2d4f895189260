import type { SeenDevice, SeenEvent } from '#lib/audit/own-activity.ts'
import type { Visit } from '#lib/callers/visit.ts'
import { messagesOf } from '#lib/languages/languages.ts'
import type { OwnSession } from '#lib/sessions/own-sessions.ts'
import { pageSessionOf } from '#lib/sessions/page-session.ts'
import { ago, ids, liveSession, long, unnamed } from './people.ts'
import type { Sample } from './sample.ts'

const live = liveSession()
const handoff = liveSession({ id: ids.handoff, kind: 'handoff', clientId: 'demo-phone' })
const visitOf = (session = live): Visit => ({ session: pageSessionOf(session), live: session })
const nobody: Visit = { session: null, live: undefined }

const here = { browser: 'Firefox', system: 'Linux', address: '192.0.2.7', isTold: true, isDoubtful: false }
const phone = { ...here, browser: 'Safari', system: 'iOS', address: '198.51.100.23' }

function ownSession(change: Partial<OwnSession>): OwnSession {
  const { id, kind, provider, clientId, target, createdAt, expiresAt, usedAt } = live
  const row = { id, kind, provider, clientId, target, createdAt, expiresAt, usedAt }
  const place = { parentId: null, device: here, network: 'same', isCurrent: false, descendants: 0 } as const
  return { ...row, ...place, ...change }
}

const sessions = [
  ownSession({ id: ids.app, kind: 'app', clientId: 'demo-phone', device: phone, network: 'other' }),
  ownSession({ isCurrent: true, descendants: 2 }),
  ownSession({ id: ids.handoff, kind: 'handoff', parentId: ids.browser, target: 'demo-web', descendants: 1 }),
  ownSession({ id: ids.far, kind: 'handoff', parentId: ids.handoff, device: undefined, network: 'unknown' }),
]
const began = [
  ownSession({ isCurrent: true }),
  ownSession({ id: ids.app, kind: 'app', clientId: 'unknown', device: phone }),
  ownSession({ id: ids.handoff, kind: 'handoff', clientId: 'demo-phone' }),
  ownSession({ id: ids.far, kind: 'handoff', clientId: 'demo-phone', target: 'demo-web' }),
]
const below = [
  ownSession({ id: ids.app, kind: 'app', clientId: 'demo-phone', descendants: 2 }),
  ownSession({ isCurrent: true, parentId: ids.app }),
  ownSession({ id: ids.far, kind: 'handoff', parentId: ids.app }),
]
const applications = [
  { clientId: 'stranger', name: 'Example shop', since: ago(5_000), scopes: ['openid', 'profile', 'email'] },
  { clientId: 'other', name: 'تطبيق', since: ago(90), scopes: ['openid', 'offline_access'] },
]

const seen = (device: typeof here, network: SeenDevice['network']): SeenDevice => ({ ...device, network })
let count = 0
function event(type: SeenEvent['type'], change: Partial<SeenEvent> = {}): SeenEvent {
  count += 1
  return {
    id: String(count),
    at: ago(30 - count),
    type,
    reason: null,
    nonce: '0'.repeat(64),
    sourceClientId: null,
    target: null,
    source: seen(here, 'same'),
    by: seen(phone, 'other'),
    ...change,
  } as SeenEvent
}

// Every reason that there are words for.
const { refused, ended } = messagesOf('en').activity
const becauseOf = (type: 'refused' | 'revoked', reason: string) =>
  event(type, { reason: reason as SeenEvent['reason'] })
const shop = { target: 'demo-web' }
const app = { sourceClientId: 'demo-phone' }
const timelineOf = (trails: SeenEvent[][]) =>
  trails.map((events, index) => ({ nonce: index.toString(16).padStart(64, '0'), events }))

const handoffs = timelineOf([
  [event('issued'), event('shown'), event('asked'), event('approved'), event('redeemed')],
  [event('issued', shop), event('redeemed', shop), event('replayed', { by: undefined })],
  [event('issued', app), event('redeemed'), becauseOf('revoked', 'idle')],
  [event('issued', { ...app, ...shop })],
  [event('issued'), event('shown', { at: ago(0) })],
  [event('issued'), event('asked', { at: ago(0) })],
  [event('issued'), event('approved', { at: ago(0) })],
  [event('issued', { reason: 'user_code' }), event('redeemed')],
  [event('issued', { reason: 'user_code', ...shop }), event('refused', { reason: 'denied', ...shop })],
  [event('issued', { at: ago(0) })],
])
const endings = timelineOf([
  ...Object.keys(refused).map((reason) => [event('issued'), becauseOf('refused', reason)]),
  ...Object.keys(ended).map((reason) => [event('issued'), event('redeemed'), becauseOf('revoked', reason)]),
  // Reasons that a later version of Baton may have written.
  [event('issued'), becauseOf('refused', 'unheard of')],
  [event('issued'), event('redeemed'), becauseOf('revoked', 'unheard of')],
])

const sessionsPage = { viewer: live, mark: '0', sessions, applications, notices: [] }

// How far the hand-off of the home page has come: `app/previewed-handoff.ts` has them.
const phases = [
  ...['making', 'shown', 'opened', 'asking', 'asking-stranger', 'approved', 'done', 'paused', 'denied'],
  ...['cancelled', 'second-browser', 'failed', 'failed-signed-out', 'failed-not-allowed'],
  ...['failed-too-late', 'failed-no-answer'],
]

/** The pages that Next renders. */
export const ownPageSamples: Sample[] = [
  { name: 'home-signed-out', path: '/', visit: nobody },
  { name: 'home', path: '/', visit: visitOf(), sessions: sessionsPage },
  { name: 'home-long-name', path: '/', visit: visitOf(liveSession({ user: { id: ids.far, ...long } })) },
  { name: 'home-handoff', path: '/', visit: visitOf(handoff) },
  { name: 'home-ended', path: '/', visit: visitOf(liveSession({ tokenSetError: 'RefreshTokenError' })) },
  {
    name: 'home-many-devices',
    path: '/',
    visit: visitOf(),
    sessions: { ...sessionsPage, sessions: [...began, ...sessions.slice(2)] },
  },
  { name: 'home-app', path: '/', visit: visitOf(liveSession({ kind: 'app', provider: null })) },
  {
    name: 'home-ended-unknown',
    path: '/',
    visit: visitOf(liveSession({ provider: 'gone', tokenSetError: 'RefreshTokenError' })),
  },
  ...phases.map((phase) => ({ name: `home-code-${phase}`, path: `/?phase=${phase}`, visit: visitOf() })),
  { name: 'sessions', path: '/sessions', visit: visitOf(), sessions: sessionsPage },
  {
    name: 'sessions-notices',
    path: '/sessions',
    visit: visitOf(),
    sessions: { ...sessionsPage, notices: [event('replayed'), event('refused', { reason: 'guessed' })] },
  },
  {
    name: 'sessions-one',
    path: '/sessions',
    visit: visitOf(liveSession({ user: { id: ids.far, ...unnamed } })),
    sessions: { ...sessionsPage, sessions: [ownSession({ isCurrent: true })], applications: [] },
  },
  {
    name: 'sessions-handoff',
    path: '/sessions',
    visit: visitOf(handoff),
    sessions: { ...sessionsPage, viewer: handoff, applications: [] },
  },
  { name: 'sessions-end', path: `/sessions?end=${ids.browser}`, visit: visitOf(), sessions: sessionsPage },
  {
    name: 'sessions-began',
    path: '/sessions',
    visit: visitOf(),
    sessions: { ...sessionsPage, sessions: began },
  },
  {
    name: 'sessions-end-above',
    path: `/sessions?end=${ids.app}`,
    visit: visitOf(),
    sessions: { ...sessionsPage, sessions: below },
  },
  {
    name: 'sessions-end-all-handoff',
    path: '/sessions?end=all',
    visit: visitOf(handoff),
    sessions: { ...sessionsPage, viewer: handoff },
  },
  { name: 'sessions-end-all', path: '/sessions?end=all', visit: visitOf(), sessions: sessionsPage },
  {
    name: 'activity',
    path: '/activity',
    visit: visitOf(),
    activity: { viewer: live, mark: '0', handoffs, older: '1'.repeat(64) },
  },
  {
    name: 'activity-empty',
    path: '/activity',
    visit: visitOf(),
    activity: { viewer: live, mark: '0', handoffs: [], older: undefined },
  },
  {
    name: 'activity-endings',
    path: '/activity?before=x',
    visit: visitOf(handoff),
    activity: { viewer: handoff, mark: '0', handoffs: endings, older: undefined },
  },
  {
    name: 'activity-nothing-older',
    path: '/activity?before=x',
    visit: visitOf(),
    activity: { viewer: live, mark: '0', handoffs: [], older: undefined },
  },
  { name: 'sign-out', path: '/sign-out', visit: visitOf() },
  { name: 'sign-out-handoff', path: '/sign-out', visit: visitOf(handoff) },
  { name: 'signed-out', path: '/sign-out', visit: nobody },
  { name: 'signed-out-provider', path: '/sign-out?state=preview', visit: nobody },
  { name: 'signed-out-provider-silent', path: '/sign-out?provider=unreachable', visit: nobody },
  { name: 'not-found', path: '/nowhere', visit: nobody },
]
