/** Somebody who was signed out everywhere while they signed in. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError'

  constructor() {
    super('an operator has signed this person out everywhere')
  }
}
