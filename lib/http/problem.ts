/** An error as the page that tells a person of it needs to know it. */
export type Problem = {
  status: number
  /** The error's code, such as `csrf`. */
  code: string
  /** What it says, in plain English. */
  description: string
  /** Seconds after which it may go better. */
  retryAfter?: number
  /** Where to try again: a path of Baton's, with its query. */
  again: string
  requestId: string
}
