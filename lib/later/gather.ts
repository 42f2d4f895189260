/** Milliseconds for which the first waits for others. */
const patience = 20

/**
 * Gathers what comes one after the other, and hands over together, a moment later, some `most` of it at a
 * time: a statement for many costs hardly more than one for one. What comes as many goes on alone, as nobody
 * is to wait behind it. What a kill takes from memory, the next sweep finds in the database.
 */
export function gather<Item>(most: number, work: (items: Item[]) => void): (items: Item[]) => void {
  let gathered: Item[] = []
  const handOver = () => {
    const items = gathered
    gathered = []
    for (let start = 0; start < items.length; start += most) work(items.slice(start, start + most))
  }
  return (items) => {
    if (items.length >= most) return work(items)
    if (items.length === 0) return
    if (gathered.length === 0) setTimeout(handOver, patience)
    gathered.push(...items)
  }
}
