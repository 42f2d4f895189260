import type { Say } from '#lib/languages/say.ts'

const written = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
} as const

/** A point in time, as people write it in their language, with the time zone. */
export function Time({ at, say }: { at: Date; say: Say }) {
  return <time dateTime={at.toISOString()}>{say.format.dateTime(at, written)}</time>
}
