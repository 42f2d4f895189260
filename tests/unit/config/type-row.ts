type Check = 'pkce' | 'nonce'

/** A type of provider, and what its documents and its code say of the authorization request. */
export type TypeRow = {
  type: string
  /** What the configuration has to say besides the client. */
  entry?: object
  /** The issuer whose metadata is asked. */
  issuer?: string
  /** Where the request goes, where no metadata says so. */
  endpoint?: string
  /** Default: `openid profile email`. */
  scope?: string
  /** What it checks besides `state`, and what it does not. */
  checks: Check[]
  unchecked?: Check[]
  /** What it asks besides. */
  parameters?: Record<string, string>
}
