import type { User } from '#lib/db/users.ts'

import type { Network } from '#lib/sessions/network.ts'

type Person = Pick<User, 'name' | 'email' | 'image'>

/** Where a form is sent, and its hidden fields. */
type Form = { action: string; fields: Record<string, string> }

/** What the hand-off page shows. */
export type HandoffView =
  | { state: 'gone' }
  /** The nonce can be redeemed, and not from this network. */
  | { state: 'far' }
  /** Another person's application, or one that cannot be told from others, asks who the person is. */
  | (Form & { state: 'consent'; application: string; scopes: string[] })
  /** This browser waits for the source to approve it. */
  | (Form & { state: 'asking'; person: Person; number: string; application?: string })
  | (Form & {
      state: 'open'
      /** Whom Continue signs in. */
      person: Person
      /** Another person who is signed in in this browser now. */
      standing: Person | null
      mustAsk: boolean
      bound: boolean
      /** Where the session comes from, when that was asked, and whether it is in the same network. */
      source: Source
      /** Whether this browser has asked, and the source has said yes; else the source has made a link. */
      hasAsked?: boolean
      /** The application that the person continues to; without it, Baton itself. */
      application?: string
    })

export type Source = {
  application: string | undefined
  browser: string | null
  system: string | null
  secondsAgo: number
  network: Network
}
