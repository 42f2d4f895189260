import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// By the types of Auth.js, each the path of a drawing of 24 by 24 units. They are those of Simple Icons 16,
// which is in the public domain (CC0 1.0); Microsoft's four squares are drawn here.
const icons: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'provider-icons.json'), 'utf8'),
)

/** The sign of a provider's type as the path of a drawing, 24 by 24; `undefined` where there is none. */
export function iconOf(type: string): string | undefined {
  return Object.hasOwn(icons, type) ? icons[type] : undefined
}
