import type { User } from '#lib/db/users.ts'
import type { Problem } from '#lib/http/problem.ts'

type Person = Pick<User, 'name' | 'email' | 'image'>

/** What the page shows that asks whether to sign out, with what the library's form has. */
export type SignOutView = {
  action: string
  xsrf: string
  /** Who is signed out by it, and the application that asks for it, where they are known. */
  person: Person | undefined
  application: string | undefined
}

/** A page that the OpenID Provider shows itself. */
export type OidcPage =
  | { name: 'oidc-sign-out'; view: SignOutView }
  /** After a sign-out; with whose session stands in this browser all the same. */
  | { name: 'oidc-signed-out'; view: { standing: Person | undefined } }
  /** An error that cannot be sent back to an application, in the library's own words. */
  | { name: 'oidc-error'; view: { error: string; description: string } }
  | { name: 'problem'; view: Problem }

/** Renders such a page, in the language of the request. */
export type RenderOidcPage = (page: OidcPage) => { headers: Record<string, string>; body: string }
