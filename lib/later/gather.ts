/** Milliseconds for which the first waits for others. */
const patience = 20

type Gathering<Item> = {
  add(items: Item[]): void
  /** Hands over what is gathered, and waits for what was handed over. */
  finish(): Promise<void>
}

/**
 * Gathers what comes one after the other, and hands over together, a moment later, some `most` of it at a
 * time: a statement for many costs hardly more than one for one. What comes as many goes on alone, as nobody
 * is to wait behind it. `work` never rejects.
 */
export function gather<Item>(most: number, work: (items: Item[]) => Promise<void>): Gathering<Item> {
  let gathered: Item[] = []
  const running = new Set<Promise<void>>()
  const begin = (items: Item[]) => {
    const begun = work(items).finally(() => running.delete(begun))
    running.add(begun)
  }
  const handOver = () => {
    const items = gathered
    gathered = []
    for (let start = 0; start < items.length; start += most) begin(items.slice(start, start + most))
  }
  return {
    add(items) {
      if (items.length >= most) begin(items)
      else if (items.length > 0) {
        if (gathered.length === 0) setTimeout(handOver, patience)
        gathered.push(...items)
      }
    },
    async finish() {
      handOver()
      await Promise.all(running)
    },
  }
}
