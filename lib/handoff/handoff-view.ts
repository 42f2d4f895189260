import type { User } from '#lib/db/users.ts'
import type { Network } from '#lib/sessions/network.ts'

type Person = Pick<User, 'name' | 'email' | 'image'>

/** Where a form is sent, and its hidden fields. */
type Form = { action: string; fields: Record<string, string> }

/** What the hand-off page shows. */
export type HandoffView =
  /** The nonce cannot be redeemed any more; `as` is why, as far as this browser may know. */
  | { state: 'gone'; as?: GoneAs | undefined }
  /** The nonce can be redeemed, and not from this network. */
  | { state: 'far' }
  /** A step of an authorization request that waits for nobody any more. */
  | { state: 'over' }
  /** Another person's application, or one that cannot be told from others, asks who the person is. */
  | (Form & { state: 'consent'; application: AskingApplication; person: Person | null; scopes: string[] })
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

/** What became of a nonce that cannot be redeemed any more. */
export type GoneAs = 'used' | 'expired' | 'cancelled' | 'denied'

/** The application that asks who somebody is. */
export type AskingApplication = {
  name: string
  /** The host that the person goes on to; an app on their device has none. */
  host: string | undefined
  /** A path of Baton's. */
  logo?: string | undefined
  policyUri?: string | undefined
  tosUri?: string | undefined
}

export type Source = {
  /** Whether an application has asked, and its name, where it is known. */
  isByApp: boolean
  application: string | undefined
  browser: string | null
  system: string | null
  secondsAgo: number
  network: Network
}
