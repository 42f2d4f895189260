import { z } from 'zod'
import type { UpstreamProvider } from './upstream-provider.ts'

/** Whether people go straight to the provider where there is one alone. */
export const autoSignIn = z
  .boolean()
  .default(false)
  .meta({
    description:
      'Take people who sign in straight to the provider where there is just one, without the page that ' +
      'asks how. The page is still there after a failure, for people who are signed in already, and in a ' +
      'browser where a session was ended: a person who has signed out presses its button once. It also ' +
      'has *Use another device*, so leave this off where people should find that.',
    examples: [true],
  })

/** The provider to which people go straight; `undefined` where a page asks them. */
export function straightProvider({
  autoSignIn,
  providers,
}: {
  autoSignIn: boolean
  providers: UpstreamProvider[]
}): UpstreamProvider | undefined {
  return autoSignIn && providers.length === 1 ? providers[0] : undefined
}
