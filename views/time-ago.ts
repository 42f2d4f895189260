/** How long ago something was, to go on in a sentence. */
export function timeAgo(seconds: number): string {
  if (seconds < 5) return 'just now'
  if (seconds < 90) return `${seconds} seconds ago`
  return `${Math.round(seconds / 60)} minutes ago`
}
