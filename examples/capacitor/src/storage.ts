import { KeychainAccess, SecureStorage } from '@aparajita/capacitor-secure-storage'
import type { Storage } from '@baton/client'
import { Capacitor } from '@capacitor/core'

// The Keychain of iOS, and on Android a file that a key of the Keystore encrypts. By default, a backup of an
// iPhone could take it to another device.
const inTheKeychain: Storage = {
  get: async (key) => (await SecureStorage.get(key, false)) as string | null,
  set: (key, value) => SecureStorage.set(key, value, false, false, KeychainAccess.whenUnlockedThisDeviceOnly),
  remove: async (key) => {
    await SecureStorage.remove(key)
  },
}

// The plug-in's own storage for the web is `localStorage`, which stays when the tab has gone.
const inTheTab: Storage = {
  get: (key) => sessionStorage.getItem(key),
  set: (key, value) => sessionStorage.setItem(key, value),
  remove: (key) => sessionStorage.removeItem(key),
}

/** Where the session is kept. Any script in the page can read it, so the page has none but its own. */
export const storage = Capacitor.isNativePlatform() ? inTheKeychain : inTheTab
