import { BatonError } from './error.ts'
import { parseObject } from './parse-object.ts'
import type { Storage } from './storage.ts'

/** One record of texts in the app's storage. Each of its functions throws `storage` when the storage does. */
export type Stored<Field extends string> = {
  read(): Promise<Record<Field, string> | undefined>
  write(record: Record<Field, string>): Promise<void>
  remove(): Promise<void>
}

/**
 * A record under a key, held to its `fields`; those in `fixed` have one value. Whatever else stands there is
 * removed and counts as nothing: rubbish, or what was kept for another Baton and must not be sent to this one.
 */
export function stored<Field extends string, Fixed extends string>(
  storage: Storage,
  key: string,
  fields: readonly Field[],
  fixed: Record<Fixed, string>,
): Stored<Field> {
  const remove = () => guarded(async () => void (await storage.remove(key)))
  return {
    async read() {
      const text = await guarded(async () => storage.get(key))
      if (text === null || text === undefined) return undefined
      const record = parseObject(String(text))
      const isOurs =
        fields.every((name) => isText(record?.[name])) &&
        Object.entries(fixed).every(([name, value]) => record?.[name] === value)
      if (isOurs) return record as Record<Field, string>
      await remove()
      return undefined
    },
    write: (record) =>
      guarded(async () => void (await storage.set(key, JSON.stringify({ ...record, ...fixed })))),
    remove,
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new BatonError('storage', 'the storage of this app failed', { cause })
  }
}

// What a header or a URL can hold: the error for a header that cannot be quotes it.
function isText(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}
