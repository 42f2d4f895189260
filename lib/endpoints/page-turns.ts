import type { ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setImmediate as nextRound } from 'node:timers/promises'
import type { Asker } from '#lib/callers/asker.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/** How many pages wait for their turn: of all, of all who are not signed in, and of one who asks. */
const mostWaiting = 128
const mostOfStrangers = 96
const mostOf = { person: 32, address: 32, anybody: mostOfStrangers }
/** Milliseconds after which the next page begins, though this one waits for something and has not ended. */
const longestTurn = 500
/** Milliseconds of the rest after a page. */
const longestRest = 50

type Waiting = { kind: Asker['kind']; begin(): void; giveUp(): void }

/**
 * Has pages rendered one after the other, as a page takes the event loop for as long as many calls do. After
 * each the loop is left to the calls that run, for as long as the page took of it. Who asks takes turns with
 * the others who do: no number of pages for one of them holds up the pages of the rest. Where the queue is
 * full, the last page of whoever has most makes room for the first one of somebody else.
 */
export class PageTurns {
  readonly #isQuiet: () => boolean
  /** Those who wait, by who asks; the first of them is next. */
  readonly #waiting = new Map<string, Set<Waiting>>()
  #total = 0
  #strangers = 0
  #isTaken = false

  /** `isQuiet` says whether no call is under way. */
  constructor(isQuiet: () => boolean) {
    this.#isQuiet = isQuiet
  }

  /** Throws `temporarily_unavailable` when too many pages wait for one more of this asker to do so. */
  requireRoom(asker: Asker): void {
    const own = this.#waiting.get(keyOf(asker))?.size ?? 0
    if (own >= mostOf[asker.kind] || (this.#isFullFor(asker) && (own > 0 || !this.#longest(asker))))
      throw tooManyPages()
  }

  #isFullFor({ kind }: Asker): boolean {
    return this.#total >= mostWaiting || (kind !== 'person' && this.#strangers >= mostOfStrangers)
  }

  /** The pages of whoever has most, and more than one; for a stranger, of strangers. */
  #longest({ kind }: Asker): Set<Waiting> | undefined {
    let longest: Set<Waiting> | undefined
    for (const own of this.#waiting.values()) {
      const [first] = own
      const isApart = kind !== 'person' && first?.kind === 'person'
      if (!isApart && own.size > Math.max(1, longest?.size ?? 0)) longest = own
    }
    return longest
  }

  /**
   * Calls `render` when it is this asker's turn, or not at all if the receiver of `res` leaves before. Throws
   * what `render` throws, and as `requireRoom` does.
   */
  async take(asker: Asker, res: ServerResponse, render: () => Promise<void>): Promise<void> {
    if (this.#isTaken && !(await this.#turnOf(asker, res))) return
    this.#isTaken = true
    const before = performance.eventLoopUtilization()
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      clearTimeout(late)
      void this.#rest(performance.eventLoopUtilization(before).active)
    }
    const late = setTimeout(end, longestTurn)
    try {
      if (!res.closed) await render()
    } finally {
      end()
    }
  }

  /**
   * Resolves with `true` at the turn, and with `false` once the receiver has left. Rejects as `requireRoom`
   * throws, also later.
   */
  async #turnOf(asker: Asker, res: ServerResponse): Promise<boolean> {
    if (res.closed) return false
    this.requireRoom(asker)
    if (this.#isFullFor(asker)) [...(this.#longest(asker) ?? [])].at(-1)?.giveUp()
    const key = keyOf(asker)
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        kind: asker.kind,
        begin: () => this.#remove(key, waiting) && resolve(true),
        giveUp: () => this.#remove(key, waiting) && reject(tooManyPages()),
      }
      const own = this.#waiting.get(key) ?? new Set()
      this.#waiting.set(key, own.add(waiting))
      this.#total += 1
      if (asker.kind !== 'person') this.#strangers += 1
      res.once('close', () => this.#remove(key, waiting) && resolve(false))
    })
  }

  #remove(key: string, waiting: Waiting): boolean {
    const own = this.#waiting.get(key)
    if (!own?.delete(waiting)) return false
    if (own.size === 0) this.#waiting.delete(key)
    this.#total -= 1
    if (waiting.kind !== 'person') this.#strangers -= 1
    return true
  }

  async #rest(took: number): Promise<void> {
    // What has arrived meanwhile is seen in the next round of the loop.
    await nextRound()
    await nextRound()
    const rest = Math.min(took, longestRest)
    if (!this.#isQuiet()) await new Promise((rested) => setTimeout(rested, rest))
    const [next] = this.#waiting
    if (!next) {
      this.#isTaken = false
      return
    }
    const [key, own] = next
    // Behind all others who wait.
    this.#waiting.delete(key)
    this.#waiting.set(key, own)
    const [first] = own
    first?.begin()
  }
}

function keyOf({ kind, name }: Asker): string {
  return `${kind} ${name}`
}

function tooManyPages(): OAuthError {
  return new OAuthError('temporarily_unavailable', 'too many pages at once', { retryAfter: 1 })
}
