/** A point in time, as people write it. */
export function Time({ at }: { at: Date }) {
  const text = at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return <time dateTime={at.toISOString()}>{text} UTC</time>
}
