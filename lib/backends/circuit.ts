/** Milliseconds, and buckets of a second that the window has. */
const second = 1_000
const window = 10
/** Milliseconds for which an open circuit lets no call through. */
export const pause = 5_000
/** Outcomes that it takes to judge a backend; half of them have to say that it is dead. */
const fewest = 20
/** People who must have met a time-out before any of them counts, and how many of each count. */
const fewestSilent = 3
const mostOfOne = 5
/** People of one bucket whose time-outs are told apart. */
const mostPeople = 100
const mostProbes = 3

/**
 * What a call tells of its backend. `silent`: it did not answer in time, which may be the call's own fault.
 * `nothing`: its caller left, or was itself too slow.
 */
export type Outcome = 'answered' | 'unreachable' | 'silent' | 'nothing'

/** `closed`: calls go to the backend. `open`: none does. `probing`: some do, to find out. */
export type CircuitState = 'closed' | 'open' | 'probing'

/** What one second has told; `others` are time-outs of people beyond those that are told apart. */
type Bucket = {
  at: number
  answered: number
  unreachable: number
  others: number
  silent: Map<string, number>
}

/** Gets to know when a circuit opens, for so many seconds at first, and when it closes. */
type CircuitListener = { down(seconds: number): void; up(): void }

/**
 * Whether a backend is alive, as its last calls tell. One person's time-outs never say that it is dead: who
 * asks for what takes long would close it to everybody.
 */
export class Circuit {
  readonly #buckets: Bucket[] = []
  readonly #probing = new Set<string>()
  /** When the probe of each person last met a time-out, since the circuit lets probes through. */
  readonly #silentProbes = new Map<string, number>()
  readonly #listener: CircuitListener | undefined
  #openUntil: number | undefined

  /** What it does with calls now. */
  get state(): CircuitState {
    if (this.#openUntil === undefined) return 'closed'
    return performance.now() < this.#openUntil ? 'open' : 'probing'
  }

  constructor(listener?: CircuitListener) {
    this.#listener = listener
  }

  /**
   * Whether a call of this person may go to the backend now. While the circuit is open none may, and then
   * probes of three people, one each: the caller has to `tell` what came of each call that may go.
   */
  admits(person: string, canProbe: boolean): 'call' | 'probe' | undefined {
    if (this.#openUntil === undefined) return 'call'
    const isOver = performance.now() >= this.#openUntil
    if (!isOver || !canProbe || this.#probing.size >= mostProbes) return undefined
    const silentAt = this.#silentProbes.get(person) ?? Number.NEGATIVE_INFINITY
    if (this.#probing.has(person) || performance.now() - silentAt < pause) return undefined
    this.#probing.add(person)
    return 'probe'
  }

  /** Notes what came of a call. */
  tell(outcome: Outcome, person: string, as: 'call' | 'probe'): void {
    if (as === 'probe') this.#probing.delete(person)
    if (this.#openUntil === undefined) this.#note(outcome, person)
    else if (as === 'probe') this.#judge(outcome, person)
  }

  #judge(outcome: Outcome, person: string): void {
    if (outcome === 'nothing') return
    if (outcome === 'silent') {
      this.#silentProbes.set(person, performance.now())
      // That person waits, and others may find it alive.
      if (this.#silentProbes.size < fewestSilent) return
    }
    this.#silentProbes.clear()
    if (outcome === 'answered') {
      this.#openUntil = undefined
      this.#buckets.length = 0
      this.#listener?.up()
    } else this.#openUntil = performance.now() + pause
  }

  #note(outcome: Outcome, person: string): void {
    if (outcome === 'nothing') return
    const bucket = this.#bucketNow()
    if (outcome !== 'silent') bucket[outcome] += 1
    else if (bucket.silent.size < mostPeople || bucket.silent.has(person))
      bucket.silent.set(person, (bucket.silent.get(person) ?? 0) + 1)
    else bucket.others += 1
    if (outcome === 'answered' || !this.#isDead()) return
    this.#openUntil = performance.now() + pause
    this.#listener?.down(pause / second)
  }

  #bucketNow(): Bucket {
    const at = Math.floor(performance.now() / second)
    const last = this.#buckets.at(-1)
    if (last?.at === at) return last
    const bucket = { at, answered: 0, unreachable: 0, others: 0, silent: new Map() }
    this.#buckets.push(bucket)
    while ((this.#buckets[0] as Bucket).at <= at - window) this.#buckets.shift()
    return bucket
  }

  #isDead(): boolean {
    const silent = new Map<string, number>()
    let [answered, unreachable, timeouts, counted] = [0, 0, 0, 0]
    for (const bucket of this.#buckets) {
      answered += bucket.answered
      unreachable += bucket.unreachable
      timeouts += bucket.others
      counted += bucket.others
      for (const [person, times] of bucket.silent) silent.set(person, (silent.get(person) ?? 0) + times)
    }
    for (const times of silent.values()) {
      timeouts += times
      if (silent.size >= fewestSilent) counted += Math.min(times, mostOfOne)
    }
    const dead = unreachable + counted
    const isEnough = answered + unreachable + timeouts >= fewest && dead >= fewest / 2
    return isEnough && dead >= (answered + dead) / 2
  }
}
