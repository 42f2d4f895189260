import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { Client } from '#lib/config/clients.ts'
import type { VersionedFile } from '#lib/config/image.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { apart } from '#lib/telemetry/tracer.ts'
import { fetchImage } from './fetch-image.ts'

/** Milliseconds for which a logo is good, and those after a failure, which double at each further one. */
const [keptFor, failedFor] = [3_600_000, 60_000]
/** Logos that are fetched at a time when Baton starts. */
const atOnce = 4
const mostLogos = 1_000
const mostBytes = 32 * 1024 * 1024

/**
 * `until` is by the monotonic clock; a logo that is older is shown until the next one is there. `failures`
 * counts the fetches that have failed since the last one that did not.
 */
type Held = { image: VersionedFile | undefined; until: number; failures: number }

type Registered = Pick<Client, 'client_id' | 'logo_uri'>

/**
 * The logos of applications, which Baton fetches and serves itself: their browsers tell no other server who
 * looks at which page.
 */
export class ApplicationLogos {
  readonly #held = new LRUCache<string, Held>({
    max: mostLogos,
    maxSize: mostBytes,
    sizeCalculation: ({ image }) => 256 + (image?.bytes.length ?? 0),
  })
  readonly #fetching = new Map<string, Promise<VersionedFile | undefined>>()
  readonly #log: Logger
  readonly #stopping: AbortSignal

  constructor({ log, stopping }: { log: Logger; stopping: AbortSignal }) {
    this.#log = log
    this.#stopping = stopping
  }

  /**
   * The path of a logo that is here, however old. Where it is not, or is an hour old, it is fetched
   * meanwhile: no page waits for another server.
   */
  pathOf(client: Registered): string | undefined {
    if (client.logo_uri === undefined) return undefined
    const held = this.#held.get(client.client_id)
    if (!isGood(held)) void this.#fetch(client)
    return held?.image && logoPath(client.client_id, held.image)
  }

  /**
   * The logo: at once where it is here, however old, or else once it is fetched. `undefined` where it cannot
   * be had. Never rejects.
   */
  async of(client: Registered): Promise<VersionedFile | undefined> {
    if (client.logo_uri === undefined) return undefined
    const held = this.#held.get(client.client_id)
    if (isGood(held)) return held?.image
    const fetching = this.#fetch(client)
    return held?.image ?? fetching
  }

  /** Fetches the logos of these clients, a few at a time, so that the first pages have them. */
  async fetchAll(clients: readonly Registered[]): Promise<void> {
    // All of them take from the same list.
    const left = clients.values()
    const fetchRest = async () => {
      for (const client of left) await this.of(client)
    }
    await Promise.all(Array.from({ length: atOnce }, fetchRest))
  }

  #fetch(client: Registered): Promise<VersionedFile | undefined> {
    const { client_id: id } = client
    const running = this.#fetching.get(id)
    if (running) return running
    const fetching = apart(() => this.#fetched(client)).finally(() => this.#fetching.delete(id))
    this.#fetching.set(id, fetching)
    return fetching
  }

  async #fetched({ client_id: id, logo_uri: uri }: Registered): Promise<VersionedFile | undefined> {
    try {
      const image = await fetchImage(uri as string, this.#stopping)
      this.#held.set(id, { image, until: performance.now() + keptFor, failures: 0 })
      return image
    } catch (error) {
      if (this.#stopping.aborted) return undefined
      const { image, failures = 0 } = this.#held.get(id) ?? {}
      if (failures === 0) tell(this.#log, 'logo.failed', { client: id, reason: (error as Error).message })
      const pause = Math.min(failedFor * 2 ** failures, keptFor)
      this.#held.set(id, { image, until: performance.now() + pause, failures: failures + 1 })
      return image
    }
  }
}

function isGood(held: Held | undefined): boolean {
  return held !== undefined && performance.now() < held.until
}

function logoPath(clientId: string, { version }: VersionedFile): string {
  return `/brand/applications/${encodeURIComponent(clientId)}?v=${version}`
}
