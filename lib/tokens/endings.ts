import type { EventEmitter } from 'node:events'

/** Reports sessions that this process has ended, and token sets whose provider has ended them. */
export type Endings = EventEmitter<{ ended: [sids: string[]]; failed: [tokenSetIds: string[]] }>
