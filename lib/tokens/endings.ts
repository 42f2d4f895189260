import type { EventEmitter } from 'node:events'

/** Tells of sessions that this process has ended, and of token sets whose provider ended them. */
export type Endings = EventEmitter<{ ended: [sids: string[]]; failed: [tokenSetIds: string[]] }>
