import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Queries } from '#lib/db/database.ts'
import type { Reach } from '#lib/db/own-sessions.ts'
import type { AnsweredCode } from '#lib/devices/answer-request.ts'
import type { Device } from '#lib/sessions/device.ts'
import { tell } from '#lib/telemetry/tell.ts'
import {
  type ConnectedApplication,
  connectedApplications,
  withdrawApplication,
} from './connected-applications.ts'
import { answerDeviceCode } from './device-code.ts'
import { endOidcSessions } from './end-oidc-sessions.ts'
import { type OpenInteraction, openInteraction } from './interaction/open-interaction.ts'
import { requestAt, type WaitingRequest } from './interaction/request-at.ts'
import type { InteractionNeeds } from './interaction/step.ts'
import { clientOfHint } from './logout-hint.ts'
import { createProvider, type ProviderNeeds } from './provider.ts'
import { type SigningKey, signingKeys } from './signing-keys.ts'

/** Milliseconds between look-ups of new keys, which another instance or `npm run keys:rotate` may make. */
const lookEvery = 60_000

/** Ended sessions whose applications are notified without waiting for others. */
const fewSessions = 50

/** Baton's OpenID Provider in one process, with the keys that the database has now. */
export class OpenIdProvider {
  readonly #needs: ProviderNeeds
  readonly #timer: NodeJS.Timeout
  #keys: SigningKey[]
  #provider: Provider
  #listener: RequestListener
  #manyEnding: Promise<void> = Promise.resolve()

  private constructor(needs: ProviderNeeds, keys: SigningKey[], provider: Provider) {
    this.#needs = needs
    this.#keys = keys
    this.#provider = provider
    this.#listener = provider.callback()
    this.#timer = setInterval(() => {
      this.#look().catch((error) => tell(needs.log, 'keys.failed', { err: error }))
    }, lookEvery)
    this.#timer.unref()
  }

  /**
   * Starts it. Throws `ConfigurationError` for clients that the library refuses, and the database's error.
   */
  static async start(needs: ProviderNeeds): Promise<OpenIdProvider> {
    const keys = await signingKeys(needs)
    return new OpenIdProvider(needs, keys, await createProvider(needs, keys))
  }

  /** Its issuer identifier. */
  get issuer(): string {
    return this.#provider.issuer
  }

  /** Answers a request whose `url` is below the issuer's path, and whose `originalUrl` is the whole path. */
  get listener(): RequestListener {
    return this.#listener
  }

  /** The key that signs with this algorithm now. Throws when there is none. */
  signingKey(alg: string): SigningKey {
    const key = this.#keys.find((candidate) => candidate.alg === alg)
    if (!key) throw new Error(`there is no signing key for ${alg}`)
    return key
  }

  /** The step with this `uid` that this browser was sent to; `undefined` when it has none. */
  openInteraction(
    req: IncomingMessage,
    res: ServerResponse,
    step: { uid: string; device: Device },
    needs: InteractionNeeds,
  ): Promise<OpenInteraction | undefined> {
    return openInteraction(this.#provider, req, res, step, needs)
  }

  /** The client that the hint of a posted sign-out names. Throws `invalid_request`. */
  clientOfHint(hint: string, clientId?: string): Promise<string> {
    return clientOfHint(this.#provider, hint, clientId)
  }

  /** Answers the request of a device, as `answerDeviceCode` says. */
  answerDeviceCode(work: (tx: Queries) => Promise<AnsweredCode>): Promise<void> {
    return answerDeviceCode(this.#provider, work, this.#needs)
  }

  /** The authorization request whose step is at this path; `undefined` when there is no such step now. */
  requestAt(path: string): Promise<WaitingRequest | undefined> {
    return requestAt(this.#provider, path)
  }

  /**
   * Ends the sessions at the OpenID Provider that belong to these ended sessions, and notifies their
   * applications. Large batches wait for each other; a person's sign-out waits for none of them.
   */
  endSessions(sids: readonly string[]): Promise<void> {
    const end = () => endOidcSessions(this.#provider, sids, this.#needs)
    if (sids.length <= fewSessions) return end()
    const ended = this.#manyEnding.then(end)
    this.#manyEnding = ended.catch(() => {})
    return ended
  }

  /** The applications that were let in within a reach. */
  connectedApplications(reach: Reach): Promise<ConnectedApplication[]> {
    return connectedApplications(reach, this.#needs)
  }

  /** Ends what an application was granted within a reach, as `withdrawApplication` says. */
  withdraw(clientId: string, reach: Reach): Promise<void> {
    return withdrawApplication(this.#provider, { clientId, reach }, this.#needs)
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
    tell(this.#needs.log, 'keys.rotated', { keys: keys.map(({ kid }) => kid) })
  }
}
