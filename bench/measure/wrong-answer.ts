/** A server answered something else than it should: what was measured is worth nothing. */
export class WrongAnswer extends Error {
  constructor(who: string, what: string) {
    super(`${who} answered wrongly: ${what}`)
    this.name = 'WrongAnswer'
  }
}
