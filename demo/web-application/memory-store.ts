import { randomBytes } from 'node:crypto'

export type MemoryStore<T> = {
  /** Stores a value and returns its id. */
  add(value: T): string
  find(id: string | undefined): T | undefined
  /** Returns a value and removes it. */
  take(id: string | undefined): T | undefined
  removeWhere(matches: (value: T) => boolean): void
}

/** Creates a store that keeps values in memory under unguessable ids, each for `seconds`. */
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
