import { randomBytes } from 'node:crypto'

export type MemoryStore<T> = {
  /** Keeps a value, and gives the id that it is kept under. */
  add(value: T): string
  find(id: string | undefined): T | undefined
  /** Gives a value once: it is gone afterwards. */
  take(id: string | undefined): T | undefined
  removeWhere(matches: (value: T) => boolean): void
}

/** Makes a store that keeps values under ids that nobody can guess, each for so many seconds; it is gone with the process. */
export function createMemoryStore<T>({ seconds }: { seconds: number }): MemoryStore<T> {
  const stored = new Map<string, T>()
  const find = (id: string | undefined) => (id === undefined ? undefined : stored.get(id))

  return {
    add(value) {
      const id = randomBytes(32).toString('base64url')
      stored.set(id, value)
      setTimeout(() => stored.delete(id), seconds * 1000).unref()
      return id
    },
    find,
    take(id) {
      const value = find(id)
      if (id !== undefined) stored.delete(id)
      return value
    },
    removeWhere(matches) {
      for (const [id, value] of stored) if (matches(value)) stored.delete(id)
    },
  }
}
