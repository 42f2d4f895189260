import { addresses } from '../addresses.ts'
import { serve } from '../serve.ts'
import { createBackend } from './create-backend.ts'

const { batonUrl, identityProviderUrl, backendUrl } = addresses()
const issuers = [identityProviderUrl, `${batonUrl}/oidc`]
serve(backendUrl, 'The backend', createBackend({ issuers, audience: backendUrl }))
