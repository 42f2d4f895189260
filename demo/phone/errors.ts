/** An error that the person at the terminal can fix. The message is for them. */
export class PhoneError extends Error {}

/**
 * Turns a failed request to an unreachable partner into a `PhoneError`. Returns any other error unchanged.
 */
export function notThere(error: unknown, who: string, address: string): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (/^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|UND_ERR_CONNECT)/.test(code))
      return new PhoneError(`${who} does not answer at ${address}. Start the demo with npm run demo`, {
        cause: error,
      })
  }
  return error
}
