import { z } from 'zod'
import type { Address } from '../description.ts'
import { errors } from '../errors.ts'
import { kept, refused, repeated, shown } from './of-browsers.ts'

const ui_locales = z.string().optional().meta({ description: 'The languages of the page (BCP 47).' })

const logoutRequest = z.object({
  id_token_hint: z.string().optional(),
  client_id: z.string().optional(),
  post_logout_redirect_uri: z.string().optional(),
  state: z.string().optional(),
  logout_hint: z.string().optional(),
  ui_locales,
})

/** Where a browser comes to sign out of applications. */
export const logout: Address[] = [
  {
    path: '/oidc/logout',
    operations: {
      GET: {
        id: 'logOut',
        summary: 'Begin the sign-out of an application',
        standard: 'OpenID Connect RP-Initiated Logout 1.0, section 2',
        query: logoutRequest,
        answers: {
          200: { description: 'The page that asks.', headers: [...shown], html: true },
        },
        errorsOfProvider: refused,
        errors: errors('csrf', 'slow_down', 'temporarily_unavailable'),
      },
      POST: {
        id: 'logOutByForm',
        summary: 'The same by a form',
        form: logoutRequest,
        answers: { 303: repeated },
      },
    },
  },
  {
    path: '/oidc/logout/confirm',
    operations: {
      POST: {
        id: 'confirmLogOut',
        summary: 'Sign out, by the form of the page',
        query: z.object({ ui_locales }),
        form: z.object({
          xsrf: z.string().meta({ description: 'The token of the page.' }),
          logout: z.literal('yes').optional().meta({ description: 'Without it the person stays signed in.' }),
        }),
        answers: { 303: { description: 'Signed out.', headers: [...kept] } },
        errorsOfProvider: { 400: { invalid_request: 'The form is not that of the page.' } },
        errors: errors('csrf', 'temporarily_unavailable'),
      },
    },
  },
  {
    path: '/oidc/logout/success',
    row: '/oidc/*',
    operations: {
      GET: {
        id: 'showLoggedOut',
        summary: 'Say that one is signed out',
        query: z.object({ client_id: z.string().optional(), ui_locales }),
        answers: { 200: { description: 'The page.', headers: [...shown], html: true } },
        errorsOfProvider: { 400: { invalid_client: 'There is no such client.' } },
        errors: errors('temporarily_unavailable'),
        showsErrors: true,
      },
    },
  },
]
