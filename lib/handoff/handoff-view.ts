import type { User } from '#lib/db/users.ts'

type Person = Pick<User, 'name' | 'email' | 'image'>

/** What the hand-off page shows. */
export type HandoffView =
  | { state: 'gone' }
  | {
      state: 'open'
      /** Whom Continue signs in. */
      person: Person
      /** Someone else who is signed in in this browser now. */
      standing: Person | null
      mustAsk: boolean
      bound: boolean
      nonce: string
      formToken: string
    }
