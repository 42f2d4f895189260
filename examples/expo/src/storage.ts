import type { Storage } from '@baton/client'
import * as SecureStore from 'expo-secure-store'

/** The Keychain of iOS and the Keystore of Android. No backup takes it to another device. */
export const storage: Storage = {
  get: (key) => SecureStore.getItemAsync(key),
  set: (key, value) =>
    SecureStore.setItemAsync(key, value, {
      keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY,
    }),
  remove: (key) => SecureStore.deleteItemAsync(key),
}
