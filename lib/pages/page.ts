import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Problem } from '#lib/http/problem.ts'
import type { PageSession } from '#lib/sessions/page-session.ts'
import type { AnotherDeviceView, DeviceView } from './device-view.ts'

/** What the sign-in page shows. */
export type SignInView = {
  /** The application that the person continues to, where one is known. */
  application: string | undefined
  /** Why the sign-in before did not work, and the id of its request, as they came in the address. */
  error: string | undefined
  reference: string | undefined
  /** Who is signed in already. */
  standing: PageSession['user'] | undefined
  /** A path of Baton's. */
  goOn: string
  /** Whether the person is to sign in once more. */
  again: boolean
  providers: readonly { id: string; name: string; color: string | undefined }[]
}

/** What the page of a sign-in that failed shows. */
export type SignInProblemView = {
  error: string | undefined
  reference: string | undefined
  /** Where the sign-in can begin anew: a path of Baton's. */
  startOver: string
}

/** A page that Baton renders itself, with all that it shows. Who is here counts for a dead link alone. */
export type Page =
  | { name: 'handoff'; view: HandoffView; visitor?: PageSession['user'] | undefined }
  | { name: 'sign-in'; view: SignInView }
  | { name: 'sign-in-problem'; view: SignInProblemView }
  | { name: 'device'; view: DeviceView }
  | { name: 'another-device'; view: AnotherDeviceView }
  | { name: 'problem'; view: Problem }
