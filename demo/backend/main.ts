import { addresses } from '../addresses.ts'
import { serve } from '../serve.ts'
import { createBackend } from './create-backend.ts'
import { createDemoResourceServer } from './resource-server.ts'

const { batonUrl, identityProviderUrl, backendUrl: audience } = addresses()
const resourceServer = createDemoResourceServer({ batonUrl, audience, issuers: [identityProviderUrl] })
serve(audience, 'The backend', createBackend({ resourceServer }))
