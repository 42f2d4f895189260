const STORE = 'keys'

/**
 * The key pair under a name in IndexedDB, or a new one of `make`, which is kept there: all pages of an origin
 * have the same. A new one where there is no IndexedDB.
 */
export async function keptIn(
  factory: IDBFactory | undefined,
  name: string,
  make: () => Promise<CryptoKeyPair>,
): Promise<CryptoKeyPair> {
  if (!factory) return make()
  const opening = factory.open('baton', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
  const database = await answerOf(opening)
  try {
    const kept = database.transaction(STORE).objectStore(STORE).get(name)
    const known = await answerOf<CryptoKeyPair | undefined>(kept)
    if (known) return known
    const fresh = await make()
    // One transaction: of two pages that found nothing, the second finds the key of the first.
    const transaction = database.transaction(STORE, 'readwrite')
    const store = transaction.objectStore(STORE)
    const first = await answerOf<CryptoKeyPair | undefined>(store.get(name))
    if (first) return first
    store.put(fresh, name)
    // A key that is not on disk would be gone with the page, and what is bound to it with it.
    await completed(transaction)
    return fresh
  } finally {
    database.close()
  }
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
