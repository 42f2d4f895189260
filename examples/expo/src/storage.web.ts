import type { Storage } from '@baton/client'

/**
 * `expo-secure-store` does nothing in a browser, which has no place that is safe from the scripts of a page.
 * This one ends with the tab.
 */
export const storage: Storage = {
  get: (key) => sessionStorage.getItem(key),
  set: (key, value) => sessionStorage.setItem(key, value),
  remove: (key) => sessionStorage.removeItem(key),
}
