import type { User } from '#lib/db/users.ts'

type Person = Pick<User, 'name' | 'email' | 'image'>

/** What the hand-off page shows. */
export type HandoffView =
  | { state: 'gone' }
  /** A third-party application asks who the person is. */
  | {
      state: 'consent'
      application: string
      scopes: string[]
      action: string
      fields: Record<string, string>
    }
  | {
      state: 'open'
      /** Whom Continue signs in. */
      person: Person
      /** Another person who is signed in in this browser now. */
      standing: Person | null
      mustAsk: boolean
      bound: boolean
      /** Where the form is sent, and its hidden fields. */
      action: string
      fields: Record<string, string>
      /** The application that the person continues to; without it, Baton itself. */
      application?: string
    }
