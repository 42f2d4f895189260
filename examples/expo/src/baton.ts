import { createClient } from '@baton/client'
import * as ExpoCrypto from 'expo-crypto'
import { Platform } from 'react-native'
// Without an extension: Metro takes the file of the platform.
import { storage } from './storage'

// Expo puts these into the bundle: everybody who has the app can read them.
export const batonUrl = process.env.EXPO_PUBLIC_BATON_URL as string
const issuer = process.env.EXPO_PUBLIC_IDP_URL as string
const clientId = process.env.EXPO_PUBLIC_CLIENT_ID as string

/** The application that the app hands over to. */
export const target = process.env.EXPO_PUBLIC_TARGET as string
export const targetUrl = process.env.EXPO_PUBLIC_TARGET_URL as string

/** Where the browser returns to the app: by the app's own scheme (RFC 8252, section 7.1), or by its page. */
export const redirectUri =
  Platform.OS === 'web' ? `${window.location.origin}/callback` : 'org.example.baton:/callback'

export const client = createClient({
  batonUrl,
  clientId,
  identityProvider: { issuer, clientId, redirectUri, scope: 'openid profile' },
  storage,
  crypto: {
    getRandomValues: (bytes) => ExpoCrypto.getRandomValues(bytes),
    subtle: { digest: (_, data) => ExpoCrypto.digest(ExpoCrypto.CryptoDigestAlgorithm.SHA256, data) },
  },
})
