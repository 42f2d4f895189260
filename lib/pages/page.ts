import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Problem } from '#lib/http/problem.ts'
import type { OidcPage } from '#lib/oidc/shown-page.ts'
import type { PageSession } from '#lib/sessions/page-session.ts'
import type { AnotherDeviceView, DeviceView } from './device-view.ts'

/** An application, as a page shows it. */
type ShownApplication = {
  name: string
  /** The host that it is at; an app on a device has none. */
  host?: string | undefined
  /** A path of Baton's. */
  logo?: string | undefined
}

/** What the sign-in page shows. */
export type SignInView = {
  /** The application that the person continues to, where one is known. */
  application: ShownApplication | undefined
  /**
   * Why the sign-in before did not work, the id of its request, and the provider where it was, as they came
   * in the address.
   */
  failed: { error: string; reference: string | undefined; provider: string | undefined } | undefined
  /** Who is signed in already. */
  standing: PageSession['user'] | undefined
  /** A path of Baton's. */
  goOn: string
  /** Whether the person is to sign in once more. */
  again: boolean
  providers: readonly {
    id: string
    name: string
    color: string | undefined
    /** The path of a drawing of 24 by 24 units. */
    icon: string | undefined
  }[]
  /** The provider at which this browser signed in last. */
  lastUsed: string | undefined
}

/** What the page of a sign-in that failed shows. */
export type SignInProblemView = {
  error: string | undefined
  reference: string | undefined
  /** The name of the provider where it was. */
  provider: string | undefined
  /** Where the sign-in can begin anew: a path of Baton's. */
  startOver: string
}

/** Where a page leads on to at once. */
export type LeavingView = {
  host: string
  /** The address, unless it is secret. */
  address: string | undefined
}

/** What the sheet shows on which developers see every page. */
export type PreviewView = {
  /** The names of the samples, at `/preview/{name}`. */
  samples: readonly string[]
  /** Those of them that are shown: whose name has this in it. */
  shown: string
  /** In which languages and colour schemes each is shown: one, or all of them. */
  shownIn: readonly string[]
  schemes: readonly ('light' | 'dark')[]
  /** In pixels. */
  width: number
}

/** A page that Baton renders itself, with all that it shows. Who is here counts for a dead link alone. */
export type Page =
  | { name: 'handoff'; view: HandoffView; visitor?: PageSession['user'] | undefined }
  | { name: 'sign-in'; view: SignInView }
  | { name: 'sign-in-problem'; view: SignInProblemView }
  | { name: 'device'; view: DeviceView }
  | { name: 'another-device'; view: AnotherDeviceView }
  | { name: 'problem'; view: Problem }
  | { name: 'leaving'; view: LeavingView }
  | OidcPage
  | { name: 'preview'; view: PreviewView }
