import type { HandoffConfig } from '#lib/config/handoff.ts'

/**
 * Whether a person is asked before a nonce signs this browser in. An unbound nonce may come from an
 * attacker's link, so the default asks (sign-in CSRF); so does a browser where someone else is signed in,
 * unless the operator says never.
 */
export function mustAsk(
  confirm: HandoffConfig['confirm'],
  {
    boundByHeader,
    userId,
    standingUserId,
  }: { boundByHeader: boolean; userId: string; standingUserId?: string | undefined },
): boolean {
  const switching = standingUserId !== undefined && standingUserId !== userId
  switch (confirm) {
    case 'always':
      return true
    case 'never':
      return false
    case 'switching':
      return switching
    case 'unbound':
      return switching || !boundByHeader
  }
}
