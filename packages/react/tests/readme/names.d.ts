// What the snippets of the README take from the program around them.
import type { Client } from '@baton/client'

declare global {
  const client: Client
}
