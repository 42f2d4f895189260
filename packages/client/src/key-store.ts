const STORE = 'keys'

/**
 * The key pair under a name in IndexedDB, or `fresh`, which is kept there when there is none: all pages of an
 * origin have the same. `fresh` where there is no IndexedDB.
 */
export async function keptIn(
  factory: IDBFactory | undefined,
  name: string,
  fresh: CryptoKeyPair,
): Promise<CryptoKeyPair> {
  if (!factory) return fresh
  const opening = factory.open('baton', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
  const database = await answerOf(opening)
  try {
    // One transaction: of two pages that find nothing, the second finds the key of the first.
    const store = database.transaction(STORE, 'readwrite').objectStore(STORE)
    const known = await answerOf<CryptoKeyPair | undefined>(store.get(name))
    if (known) return known
    await answerOf(store.put(fresh, name))
    return fresh
  } finally {
    database.close()
  }
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
