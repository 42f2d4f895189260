import type { KoaContextWithOIDC, Client as LibraryClient } from 'oidc-provider'

// The library's own types under the names that this folder uses, and the shapes that its types leave open.

export type { Grant, Interaction, OIDCContext, Session } from 'oidc-provider'

export type Context = KoaContextWithOIDC

/** Runs the rest of the library's middleware. */
export type Next = () => Promise<unknown>

/** A client with the methods that compare its secret and send a logout token, which its types leave out. */
export type Client = LibraryClient & {
  compareClientSecret(secret: string): Promise<boolean>
  backchannelLogout(accountId: string, sid: string | undefined): Promise<void>
}

/** The parameters of a request: the library refuses repeated ones, so each has one value. */
export type Params = Record<string, string | undefined>

/** A sign-in: the account (`sid`), the Unix time of the authentication, how, and at which level. */
type Login = { accountId: string; ts: number; amr: string[]; acr?: string }

/** What an interaction ends with. */
export type Result =
  | { login: Login }
  | { consent: { grantId: string } }
  | { error: string; error_description: string }
