type Maybe<Value> = Value | undefined | Promise<Value | undefined>

/** Aborted when Baton does not wait for the hook any longer. */
type Around = { signal: AbortSignal }

/** A sign-in that is about to succeed. */
export type SignIn = {
  /** What the provider says of the person: the claims of the ID token, with those of its user API. */
  claims: Readonly<Record<string, unknown>>
  /** The `id` of the provider, or the issuer where only `trustedIssuers` knows it. */
  provider: string
  issuer: string
  subject: string
  /** Whether a browser signs in, or an app with an ID token. */
  door: 'browser' | 'app'
}

/** What Baton shows of a person, in place of what the provider says. */
export type MappedProfile = { name?: string; email?: string; picture?: string }

/** A token of Baton's own that is about to be issued. */
export type TokenAbout = {
  /** Whose session it is. */
  session: Readonly<{
    sid: string
    kind: string
    amr: readonly string[]
    authTime: Date
    /** `email` is there when the provider says that it is verified. */
    user: Readonly<{ id: string; issuer: string; subject: string; name?: string; email?: string }>
  }>
  /** Whom it is issued to. Calls that Baton itself makes to backends have Baton's origin. */
  client: Readonly<{ clientId: string }>
  /** What it is, and whom it is for. */
  token: Readonly<{ use: 'access_token' | 'id_token'; audience: string }>
}

/** An event of the audit trail, as it is logged. */
export type TrailEvent = Readonly<Record<string, unknown> & { type: string }>

/**
 * What `baton.hooks.ts` beside the configuration file may export, each by its name or all in a default
 * export.
 */
export type Hooks = {
  /**
   * Asked at each sign-in, after `allow`. `false` refuses the person; an object says what Baton shows of
   * them; `true` and nothing let them in as they are. Throwing, or taking longer than five seconds, refuses
   * too.
   */
  onSignIn?(signIn: SignIn, around: Around): Maybe<boolean | MappedProfile>
  /**
   * Claims that a token of Baton's own gets besides. Throwing, taking longer than a second, or naming a claim
   * that the protocol has a meaning for, refuses the token.
   */
  claims?(about: TokenAbout, around: Around): Maybe<Record<string, unknown>>
  /** Told of each event of the audit trail once it is committed. Baton does not wait for it. */
  onEvent?(event: TrailEvent, around: Around): unknown
}
