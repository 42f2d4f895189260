// Baton sends something every two seconds.
export const longestSilence = 5_000

/**
 * Watches a connection for silence. Without the heartbeat, a dead connection would look like one without
 * news.
 */
export function watchSilence() {
  const controller = new AbortController()
  const begin = () => setTimeout(() => controller.abort(), longestSilence).unref()
  let timer = begin()
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer)
      timer = begin()
    },
    /** Leaves nothing open, however the connection ended. */
    stop() {
      clearTimeout(timer)
      controller.abort()
    },
  }
}
