import type { RequestListener } from 'node:http'
import type Provider from 'oidc-provider'
import type { Context } from 'oidc-provider'
import { createProvider, type ProviderNeeds } from './provider.ts'
import { type SigningKey, signingKeys } from './signing-keys.ts'

type Needs = ProviderNeeds

/** Milliseconds between looks for keys that another instance or `npm run keys:rotate` has made. */
const lookEvery = 60_000

/** Baton's OpenID Provider in one process, with the keys that the database has now. */
export class OpenIdProvider {
  readonly #needs: Needs
  readonly #timer: NodeJS.Timeout
  #keys: SigningKey[]
  #provider: Provider
  #listener: RequestListener
  #signOut: ((sid: string) => void) | undefined

  private constructor(needs: Needs, keys: SigningKey[], provider: Provider) {
    this.#needs = needs
    this.#keys = keys
    this.#provider = provider
    this.#listener = provider.callback()
    this.#timer = setInterval(() => {
      this.#look().catch((error) => needs.log.warn({ err: error }, 'signing keys could not be looked up'))
    }, lookEvery)
    this.#timer.unref()
  }

  /** Starts it. Throws `ConfigurationError` for bad clients, and the database's error. */
  static async start(needs: Needs): Promise<OpenIdProvider> {
    const keys = await signingKeys(needs)
    return new OpenIdProvider(needs, keys, await createProvider(needs, keys))
  }

  get provider(): Provider {
    return this.#provider
  }

  /** Answers a request whose `url` is below the issuer's path, and whose `originalUrl` is the whole. */
  get listener(): RequestListener {
    return this.#listener
  }

  /** The key that signs by this algorithm now. */
  signingKey(alg: string): SigningKey {
    const key = this.#keys.find((candidate) => candidate.alg === alg)
    if (!key) throw new Error(`there is no signing key for ${alg}`)
    return key
  }

  /** Calls back with the session whose person signed out here. */
  onSignOut(act: (sid: string) => void): void {
    this.#signOut = act
    this.#listen()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    const keys = await signingKeys(this.#needs)
    const isSame = keys.length === this.#keys.length && keys.every(({ kid }, i) => kid === this.#keys[i]?.kid)
    if (isSame) return
    const provider = await createProvider(this.#needs, keys)
    this.#provider = provider
    this.#listener = provider.callback()
    this.#keys = keys
    this.#listen()
  }

  #listen(): void {
    this.#provider.on('end_session.success', ({ oidc }: Context) => {
      const { session, params } = oidc ?? {}
      // The library signs out by itself as well, where another account is about to sign in: that is no person's wish.
      const isOwn = session?.state?.postLogoutRedirectUri?.startsWith(`${this.#provider.issuer}/authorize/`)
      if (session?.accountId && params?.logout && !isOwn) this.#signOut?.(session.accountId)
    })
  }
}
