import type { AsyncLocalStorage } from 'node:async_hooks'
import type { BlockList } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { ActivityView, SessionsView } from '#lib/audit/own-views.ts'
import type { Connections } from '#lib/backends/connections.ts'
import type { Gate } from '#lib/backends/gate.ts'
import type { ApplicationLogos } from '#lib/brand/application-logos.ts'
import type { Visit } from '#lib/callers/visit.ts'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import type { DatabaseHealth } from '#lib/db/health.ts'
import type { RequestWatch } from '#lib/devices/request-watch.ts'
import type { ProofMemory } from '#lib/dpop/proof-memory.ts'
import type { Hooks } from '#lib/hooks/hooks.ts'
import type { EndOthers } from '#lib/id-tokens/admit-id-token.ts'
import type { IssuerKeys } from '#lib/id-tokens/issuer-keys.ts'
import type { Language } from '#lib/languages/languages.ts'
import type { Limits } from '#lib/limits/limits.ts'
import type { IssuedAccessTokens } from '#lib/oidc/access-tokens.ts'
import type { ConnectedApplication } from '#lib/oidc/connected-applications.ts'
import type { OpenIdProvider } from '#lib/oidc/openid-provider.ts'
import type { Renderer } from '#lib/pages/load-renderer.ts'
import type { MetadataCache } from '#lib/providers/metadata.ts'
import type { OpenStreams } from '#lib/sessions/open-streams.ts'
import type { RevocationFeed } from '#lib/sessions/revocation-feed.ts'
import type { SessionCache } from '#lib/sessions/session-cache.ts'
import type { SessionWatch } from '#lib/sessions/session-watch.ts'
import type { AccessTokenCache } from '#lib/tokens/access-token-cache.ts'
import type { Endings } from '#lib/tokens/endings.ts'
import type { Refreshed } from '#lib/tokens/refresh-token-set.ts'

/** What `/sessions` shows. */
export type SessionsPage = SessionsView & { applications: ConnectedApplication[] }

/** What one process shares, whichever copy of the code asks for it. */
export type Runtime = {
  config: Config
  /** Aborted when the server is about to stop: each answer is the last one of its connection. */
  leaving: AbortController
  /** Aborted when the process stops: waiting for other instances ends. */
  stopping: AbortSignal
  db: Database
  health: DatabaseHealth
  log: Logger
  /** The operator's own code. */
  hooks: Hooks
  backends: Connections
  /** Places and circuits before the backends. */
  gate: Gate
  metadata: MetadataCache
  issuerKeys: IssuerKeys
  limits: Limits
  /** Refreshes under way, by token set. */
  refreshes: Map<string, Promise<Refreshed>>
  sessions: SessionCache
  revocations: RevocationFeed
  /** DPoP proofs of calls to backends. */
  proofs: ProofMemory
  /** Event streams and WebSockets. */
  streams: OpenStreams
  /** Who looks at their own sessions. */
  sessionWatch: SessionWatch
  /** Browsers that wait for another device. */
  requestWatch: RequestWatch
  accessTokens: AccessTokenCache
  oidc: OpenIdProvider
  issuedAccessTokens: IssuedAccessTokens
  endings: Endings
  /** Ends what a person has here who is refused at a door. */
  endOthers: EndOthers
  /** Ends the sessions of a person, or of everybody, whom `allow` does not let in any more. */
  endRefused(userId: string | null): Promise<number>
  trustedProxies: BlockList
  /** Sockets that have become WebSockets, which the HTTP server no longer counts. */
  upgraded: Set<Duplex>
  /** The languages of pages, by their tags; the first is for people who ask for none of them. */
  languages: ReadonlyMap<string, Language>
  /** The logos of applications, as far as they are here. */
  logos: ApplicationLogos
  /** Renders the pages that Next has no part in. */
  renderPage: Renderer
  /** Who visits the page that Next is rendering, as its endpoint found out. */
  visit: AsyncLocalStorage<Visit>
  /** What the page of a person's own sessions or hand-offs shows, as its endpoint found it. */
  sessionsView: AsyncLocalStorage<SessionsPage>
  activityView: AsyncLocalStorage<ActivityView>
  /** Answers a web request that the App Router got. Never rejects. */
  answer(request: Request): Promise<Response>
}

const key = Symbol.for('baton.runtime')
const shared = globalThis as { [key]?: Runtime }

/** Puts the runtime in place; `boot` does so once, before anything is served. */
export function provideRuntime(runtime: Runtime): void {
  shared[key] = runtime
}

/** Whether this process has booted. */
export function isProvided(): boolean {
  return shared[key] !== undefined
}

/** The runtime of this process. Throws before it has booted. */
export function runtime(): Runtime {
  const provided = shared[key]
  if (!provided) throw new Error('Baton has not booted in this process')
  return provided
}
