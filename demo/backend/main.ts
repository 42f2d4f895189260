import { addresses } from '../addresses.ts'
import { serve } from '../serve.ts'
import { createBackend } from './create-backend.ts'

const { identityProviderUrl, backendUrl } = addresses()
serve(backendUrl, 'The backend', createBackend({ issuers: [identityProviderUrl], audience: backendUrl }))
