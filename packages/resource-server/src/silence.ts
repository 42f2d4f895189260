// Baton says something every two seconds.
export const longestSilence = 5_000

/** A connection that died without a word looks like one that has nothing to say, but for the heartbeat. */
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
    /** Nothing is left open, whatever ended it. */
    stop() {
      clearTimeout(timer)
      controller.abort()
    },
  }
}
