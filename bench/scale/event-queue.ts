type Event = { at: number; order: number; act: () => void }

/** What is to happen, by its time; at the same time in the order in which it was added. */
export class EventQueue {
  readonly #heap: Event[] = []
  #added = 0

  add(at: number, act: () => void): void {
    const heap = this.#heap
    const event = { at, order: this.#added++, act }
    let place = heap.push(event) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!isBefore(event, heap[above] as Event)) break
      heap[place] = heap[above] as Event
      place = above
    }
    heap[place] = event
  }

  /** Removes the earliest event. */
  next(): Event | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!last || last === first) return first
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Event, heap[below] as Event)) below++
      if (!isBefore(heap[below] as Event, last)) break
      heap[place] = heap[below] as Event
      place = below
    }
    heap[place] = last
    return first
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
