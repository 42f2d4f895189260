import type { Say } from '#lib/languages/say.ts'

/** How long ago something was, to go on in a sentence. */
export function timeAgo(seconds: number, { t, format }: Say): string {
  if (seconds < 5) return t('common.justNow')
  const unit = seconds < 90 ? 'second' : 'minute'
  const now = new Date()
  return format.relativeTime(new Date(now.getTime() - seconds * 1000), { now, unit })
}
