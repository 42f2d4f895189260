import { createClient } from '@baton/client'
import { Capacitor } from '@capacitor/core'
import { storage } from './storage.ts'

const { BATON_URL, IDP_URL, CLIENT_ID } = import.meta.env

export const onDevice = Capacitor.isNativePlatform()

/** Where the browser returns to the app: by an app link on devices, by this page on the web. */
export const redirectUri = onDevice ? 'org.example.baton:/callback' : `${location.origin}/callback`

export const client = createClient({
  batonUrl: BATON_URL,
  clientId: CLIENT_ID,
  identityProvider: { issuer: IDP_URL, clientId: CLIENT_ID, redirectUri, scope: 'openid profile' },
  storage,
})
