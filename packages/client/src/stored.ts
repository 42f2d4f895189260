import { BatonError } from './error.ts'
import { parseObject } from './parse-object.ts'
import type { Storage } from './storage.ts'

/** One record of strings in the app's storage. Each function throws `storage` when the storage fails. */
export type Stored<Field extends string> = {
  read(): Promise<Record<Field, string> | undefined>
  write(record: Record<Field, string>): Promise<void>
  remove(): Promise<void>
}

/**
 * Keeps a record with these `fields` under a key; `fixed` names members with a constant value. A record that
 * does not match is removed and reads as `undefined`: it is damaged, or belongs to another Baton and must not
 * be sent to this one.
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

// Only characters that a header or a URL can hold: the error for an invalid header would quote the value.
function isText(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}
