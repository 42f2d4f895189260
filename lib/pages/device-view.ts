import type { OpenRequest } from '#lib/devices/open-request.ts'
import type { PageSession } from '#lib/sessions/page-session.ts'

type Person = Pick<PageSession['user'], 'name' | 'email' | 'image'>

/** What the page shows by which a person signs another device in. */
export type DeviceView =
  /** Asks for a user code; `wrong` is one that nobody shows now. */
  | { state: 'enter'; person: Person; wrong: string | undefined }
  /** `csrfToken` says that this session was shown this request. */
  | ({ state: 'asking'; person: Person; csrfToken: string } & OpenRequest)
  | { state: 'approved' | 'denied' | 'wrong-number' }

/** What a browser shows that asks to be signed in by another device. */
export type AnotherDeviceView = {
  /** How far it has come; one that is approved goes on to another page. */
  state: 'waiting' | 'opened' | 'denied' | 'expired'
  /** The address of the page that takes the code, without and with the code. */
  page: string
  complete: string
  userCode: string
  /** The digits by which the person tells this browser from others, once somebody has opened the request. */
  number: string | null
  /** A path of Baton's, where the person goes on to. */
  goOn: string
}
