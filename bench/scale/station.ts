/** Servers of one kind, and one queue before them: who came first goes first. */
export class Station {
  readonly #servers: number
  #queue: (() => void)[] = []
  #first = 0
  #taken = 0
  #since = 0
  #busy = 0

  /** `servers` may be `Infinity`: then nobody waits. */
  constructor(servers: number) {
    this.#servers = servers
  }

  /** Enters at once, or when a server is free. */
  take(now: number, enter: () => void): void {
    if (this.#taken >= this.#servers) {
      this.#queue.push(enter)
      return
    }
    this.#count(now, 1)
    enter()
  }

  /** Leaves, which lets the next one in. */
  give(now: number): void {
    const next = this.#shift()
    if (next) next()
    else this.#count(now, -1)
  }

  /** Servers that are taken now. */
  get taken(): number {
    return this.#taken
  }

  /** Forgets how busy it was before. */
  restart(now: number): void {
    this.#count(now, 0)
    this.#busy = 0
  }

  /** Milliseconds that all servers together were taken. */
  busy(now: number): number {
    this.#count(now, 0)
    return this.#busy
  }

  #count(now: number, change: number): void {
    this.#busy += this.#taken * (now - this.#since)
    this.#since = now
    this.#taken += change
  }

  #shift(): (() => void) | undefined {
    const next = this.#queue[this.#first]
    if (next) this.#first++
    // The places of those who have gone are given back now and then.
    if (this.#first > 1000 && this.#first * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#first)
      this.#first = 0
    }
    return next
  }
}
