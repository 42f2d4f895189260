/** Something that the person at the terminal can mend; the message is for them. */
export class PhoneError extends Error {}

/** Tells the failed request to a partner that is not there from any other failure. */
export function notThere(error: unknown, who: string, address: string): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (/^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|UND_ERR_CONNECT)/.test(code))
      return new PhoneError(`${who} does not answer at ${address}. Start them with npm run demo`, {
        cause: error,
      })
  }
  return error
}
