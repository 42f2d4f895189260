import type { Context } from './context.ts'
import { discover, type Metadata } from './discover.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'

/**
 * Returns a function that gives the identity provider with its metadata. It reads the metadata at the first
 * call, and again after a failure.
 */
export function createIdentityProvider(settings: Settings): Context['identityProvider'] {
  let reading: Promise<Metadata> | undefined

  return async () => {
    const options = settings.identityProvider
    if (!options) throw new BatonError('invalid_argument', 'the client has no identityProvider')
    reading ??= discover(options.issuer, settings)
    try {
      return { options, metadata: await reading }
    } catch (error) {
      reading = undefined
      throw error
    }
  }
}
