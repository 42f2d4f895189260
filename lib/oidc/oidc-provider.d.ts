// oidc-provider ships no types; these are the parts of it that Baton and its demo use.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type Params = Record<string, string | undefined>

  export type Account = {
    accountId: string
    claims(use: string, scope: string): Record<string, unknown> & { sub: string }
  }

  export type Context = {
    req: IncomingMessage
    res: ServerResponse
    method: string
    path: string
    status: number
    type: string
    body: unknown
    set(name: string, value: string): void
    redirect(url: string): void
    /** Absent where no route of the library matched. */
    oidc?: {
      route: string
      params?: Params
      client?: Client
      account?: Account
      session?: Session
      result?: Result
      provider: Provider
      requestParamOIDCScopes: Set<string>
      requestParamScopes: Set<string>
      requestParamClaims: Set<string>
      resourceServers: Record<string, { scopes: Set<string> }>
    }
  }

  export type Next = () => Promise<void>

  export interface Adapter {
    upsert(id: string, payload: StoredPayload, expiresIn?: number): Promise<void>
    find(id: string): Promise<StoredPayload | undefined>
    findByUid(uid: string): Promise<StoredPayload | undefined>
    findByUserCode(userCode: string): Promise<StoredPayload | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export type StoredPayload = Record<string, unknown> & {
    jti?: string
    uid?: string
    userCode?: string
    grantId?: string
    accountId?: string
    consumed?: number
  }

  export interface Client {
    clientId: string
    clientName?: string
    backchannelLogoutUri?: string
    grantTypeAllowed(type: string): boolean
    backchannelLogout(accountId: string, sid: string | undefined): Promise<void>
  }

  export type Authorizations = Record<string, { sid?: string; grantId?: string }>

  export interface Session {
    uid: string
    accountId?: string
    authorizations?: Authorizations
    /** Of a sign-out that is under way. */
    state?: { postLogoutRedirectUri?: string }
    grantIdFor(clientId: string): string | undefined
    /** Gives it another id; the old one is forgotten when it is saved. */
    resetIdentifier(): void
    persist(): Promise<string>
    destroy(): Promise<void>
  }

  export type Login = { accountId: string; ts: number; amr: string[]; acr?: string }
  export type Result =
    | { login?: Login; consent?: { grantId: string } }
    | { error: string; error_description?: string }

  export interface Interaction {
    uid: string
    iat: number
    exp: number
    returnTo: string
    prompt: { name: string; reasons: string[]; details: Record<string, unknown> }
    params: Params
    /** The session of the OpenID Provider that the browser had. */
    session?: { accountId: string; uid?: string }
    grantId?: string
    lastSubmission?: Result
    result?: Result
    save(ttl: number): Promise<string>
  }

  export interface Grant {
    accountId: string
    addOIDCScope(scope: string): void
    addOIDCClaims(claims: string[]): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    readonly issuer: string
    proxy: boolean
    readonly Grant: {
      new (of: { accountId: string; clientId: string }): Grant
      find(id: string): Promise<Grant | undefined>
    }
    readonly Client: {
      readonly prototype: Client
      find(clientId: string): Promise<Client | undefined>
    }
    readonly Session: { get(of: { req: IncomingMessage; res: ServerResponse }): Promise<Session> }
    readonly Interaction: { find(id: string): Promise<Interaction | undefined> }
    cookieName(type: 'session' | 'interaction' | 'resume'): string
    /** Koa's. */
    createContext(
      req: IncomingMessage,
      res: ServerResponse,
    ): { cookies: { get(name: string, options: { signed: boolean }): string | undefined } }
    registerGrantType(name: string, handler: (ctx: Context) => Promise<void>, parameters: string[]): void
    use(middleware: (ctx: Context, next: Next) => Promise<void>): this
    on(event: string, listener: (...values: never[]) => void): this
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>
    interactionResult(
      req: IncomingMessage,
      res: ServerResponse,
      result: Record<string, unknown>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<string>
  }

  export class Check {
    constructor(reason: string, description: string, error: string, check: (ctx: Context) => boolean)
    static readonly REQUEST_PROMPT: boolean
    static readonly NO_NEED_TO_PROMPT: boolean
  }

  type Checks = { add(check: Check): void; remove(reason: string): void }

  export const interactionPolicy: {
    base(): { get(prompt: string): { checks: Checks }; remove(prompt: string): void }
    Check: typeof Check
  }

  export const errors: {
    InvalidGrant: new (detail: string) => Error
    InvalidRequest: new (description: string) => Error
    InvalidTarget: new (description?: string) => Error
    SessionNotFound: new (detail: string) => Error
  }
}
