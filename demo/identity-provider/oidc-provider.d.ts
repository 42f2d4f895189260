// oidc-provider ships no types; these are the parts of it that the demo uses.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

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
      params?: Record<string, string | undefined>
      client?: { clientId: string; clientName?: string }
      account?: { accountId: string }
      provider: Provider
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
    uid?: string
    userCode?: string
    grantId?: string
    consumed?: number
  }

  export type Interaction = {
    uid: string
    prompt: { name: string; details: Record<string, unknown> }
    params: Record<string, string | undefined>
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    readonly issuer: string
    readonly Grant: new (of: {
      accountId: string
      clientId: string
    }) => Grant
    readonly Client: {
      find(clientId: string): Promise<{ clientId: string; clientName?: string } | undefined>
    }
    use(middleware: (ctx: Context, next: Next) => Promise<void>): this
    on(event: string, listener: (...values: unknown[]) => void): this
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>
    interactionResult(
      req: IncomingMessage,
      res: ServerResponse,
      result: Record<string, unknown>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<string>
  }

  export const interactionPolicy: {
    base(): { remove(prompt: string): void }
  }

  export const errors: {
    InvalidGrant: new (detail: string) => Error
    SessionNotFound: new (detail: string) => Error
  }
}
