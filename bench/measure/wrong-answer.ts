/** A server gave a wrong answer: the measurement is worthless. */
export class WrongAnswer extends Error {
  constructor(who: string, what: string) {
    super(`${who} answered wrongly: ${what}`)
    this.name = 'WrongAnswer'
  }
}
