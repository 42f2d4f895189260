type Maybe<T> = T | Promise<T>

/** Where the app keeps strings by key. Other apps and backups should not be able to read it. */
export type Storage = {
  get(key: string): Maybe<string | null | undefined>
  set(key: string, value: string): Maybe<unknown>
  remove(key: string): Maybe<unknown>
}

/** Creates a storage that lasts as long as the process. */
export function memoryStorage(): Storage {
  const values = new Map<string, string>()
  return {
    get: (key) => values.get(key),
    set: (key, value) => values.set(key, value),
    remove: (key) => values.delete(key),
  }
}
