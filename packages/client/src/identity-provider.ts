import type { Context } from './context.ts'
import { discover, type Metadata } from './discover.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'

/** Where people sign in, with metadata that is read when it is first asked for; a failure is not remembered. */
export function createIdentityProvider(settings: Settings): Context['identityProvider'] {
  let reading: Promise<Metadata> | undefined

  return async () => {
    const options = settings.identityProvider
    if (!options) throw new BatonError('invalid_argument', 'the client was made without identityProvider')
    reading ??= discover(options.issuer, settings)
    try {
      return { options, metadata: await reading }
    } catch (error) {
      reading = undefined
      throw error
    }
  }
}
