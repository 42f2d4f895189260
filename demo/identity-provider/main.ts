import { addresses } from '../addresses.ts'
import { serve } from '../serve.ts'
import { createIdentityProvider } from './create-identity-provider.ts'

const { batonUrl, identityProviderUrl: issuer, backendUrl } = addresses()
const { listener } = await createIdentityProvider({ issuer, batonUrl, backendUrl })
serve(issuer, 'The identity provider', listener)
