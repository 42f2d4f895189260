import type { HandoffConfig } from '#lib/config/handoff.ts'

/**
 * Whether to ask the person before a nonce signs this browser in. The default asks for an unbound nonce,
 * which may come from an attacker's link (sign-in CSRF), and when another person is signed in in this
 * browser. The operator may choose otherwise.
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
