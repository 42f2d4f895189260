import type { AskedBy, Asking, Handoff } from './use-handoff.ts'

const by: AskedBy = { browser: 'Safari', system: 'iOS', address: '192.0.2.7', same_network: true }
const stranger: AskedBy = { browser: null, system: null, address: null, same_network: false }

/** How far a hand-off can have come, as `/preview` names it. */
const states = {
  making: () => ({ phase: 'making' }),
  shown: () => shown({}),
  opened: () => shown({ opened: 'preview' }),
  asking: () => shown({ asking: asking(by, false) }),
  'asking-stranger': () => shown({ asking: asking(stranger, false) }),
  approved: () => shown({ asking: asking(by, true) }),
  done: () => ({ phase: 'done' }),
  paused: () => ({ phase: 'paused' }),
  denied: () => ({ phase: 'denied' }),
  cancelled: () => ({ phase: 'cancelled', by: undefined }),
  'second-browser': () => ({ phase: 'cancelled', by }),
  'failed-signed-out': () => ({ phase: 'failed', reason: 'signedOut' }),
  'failed-not-allowed': () => ({ phase: 'failed', reason: 'notAllowed' }),
  'failed-too-late': () => ({ phase: 'failed', reason: 'tooLate' }),
  'failed-no-answer': () => ({ phase: 'failed', reason: 'noAnswer' }),
  failed: () => ({ phase: 'failed', reason: 'other' }),
} satisfies Record<string, () => Handoff>

/** How far a hand-off has come in the state of this name; `undefined` for what is none. */
export function previewedHandoff(name: unknown): Handoff | undefined {
  return typeof name === 'string' && Object.hasOwn(states, name)
    ? states[name as keyof typeof states]()
    : undefined
}

function shown(change: { opened?: string; asking?: Asking }): Handoff {
  const uri = `https://baton.example.org/handoff?nonce=${'preview'.repeat(6)}`
  const code = { nonce: 'preview', uri, expiresAt: Date.now() + 60_000, renewals: 0 }
  return { phase: 'shown', opened: undefined, asking: undefined, ...code, ...change }
}

function asking(asked: AskedBy, isApproved: boolean): Asking {
  return { nonce: 'preview', number: '47', by: asked, isApproved }
}
