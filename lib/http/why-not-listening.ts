/** Says in a plain sentence why a server cannot listen on the port that this variable sets. */
export function whyNotListening(
  { code, message }: NodeJS.ErrnoException,
  port: number,
  variable: 'PORT' | 'METRICS_PORT',
): string {
  if (code === 'EADDRINUSE')
    return `Another program listens on port ${port}: end it, or set ${variable} to another one.`
  if (code === 'EACCES') return `This user may not listen on port ${port}: set ${variable} to one above 1023.`
  return message
}
