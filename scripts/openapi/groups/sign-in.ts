import { z } from 'zod'
import type { Address, Group } from '../description.ts'
import { errors } from '../errors.ts'
import { callbackUrl, csrfToken } from '../values.ts'
import { pageSessionEndpoint } from './page-session.ts'

const provider = z.string().meta({ description: 'The id of a configured provider.', examples: ['demo'] })

const onward = { headers: ['location', 'noStore', 'cookies'] } as const

const asJson = z
  .object({ url: z.string() })
  .meta({ id: 'RedirectAsJson', description: 'The answer to a call with `X-Auth-Return-Redirect`.' })

const asJsonHeader = z.object({
  'X-Auth-Return-Redirect': z
    .string()
    .optional()
    .meta({ description: 'A script asks for the address of the redirect as JSON.' }),
})

const redirectsOfAuthJs: Address[] = ['signin', 'error', 'verify-request'].map((action) => ({
  path: `/api/auth/${action}`,
  row: '/api/auth/*',
  operations: {
    GET: {
      id: `goTo${action.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}`,
      summary: 'Go to the page that Auth.js names so',
      answers: { 302: { description: "The page of Baton's own.", ...onward } },
    },
  },
}))

/** How people sign in with Auth.js at a provider. */
export const signIn: Group = {
  name: 'Sign-in',
  description: 'How people sign in at a provider, by Auth.js, and how they sign out.',
  addresses: [
    pageSessionEndpoint,
    {
      path: '/api/auth/csrf',
      row: '/api/auth/*',
      operations: {
        GET: {
          id: 'getCsrfToken',
          summary: 'Get the token that forms of Auth.js need',
          answers: {
            200: {
              description: 'The token. Its other half is in a cookie.',
              headers: ['neverKept', 'cookies', 'expired', 'pragma'],
              json: z.object({ csrfToken: z.string() }),
            },
          },
        },
      },
    },
    {
      path: '/api/auth/providers',
      row: '/api/auth/*',
      operations: {
        GET: {
          id: 'listProviders',
          summary: 'List the providers',
          answers: {
            200: {
              description: 'The providers by their ids.',
              headers: ['noStore', 'cookies'],
              json: z.record(
                z.string(),
                z.object({
                  id: z.string(),
                  name: z.string(),
                  type: z.enum(['oidc', 'oauth']),
                  signinUrl: z.url(),
                  callbackUrl: z.url(),
                }),
              ),
            },
          },
        },
      },
    },
    ...redirectsOfAuthJs,
    {
      path: '/api/auth/signin/{provider}',
      row: '/api/auth/signin/*',
      parameters: { provider },
      operations: {
        POST: {
          id: 'signInByScript',
          summary: 'Begin a sign-in at a provider',
          headers: asJsonHeader,
          form: z.object({ csrfToken, callbackUrl }),
          answers: {
            200: { description: 'Where to go on, as JSON.', headers: ['noStore', 'cookies'], json: asJson },
            302: { description: 'To the provider, or back to the sign-in page.', ...onward },
          },
          errors: {
            invalid_request: 'There is no such provider, or `callbackUrl` is no address.',
            ...errors('csrf', 'slow_down'),
          },
        },
      },
    },
    {
      path: '/api/auth/callback/{provider}',
      row: '/api/auth/callback/*',
      parameters: { provider },
      operations: Object.fromEntries(
        (['GET', 'POST'] as const).map((method) => [
          method,
          {
            id: method === 'GET' ? 'finishSignIn' : 'finishSignInByForm',
            summary: 'Take the answer of a provider',
            standard:
              method === 'GET'
                ? 'RFC 6749, section 4.1.2; RFC 9207'
                : 'OAuth 2.0 Form Post Response Mode, section 2',
            [method === 'GET' ? 'query' : 'form']: z.object({
              state: z.string().optional(),
              code: z.string().optional(),
              iss: z.string().optional(),
              error: z.string().optional(),
              error_description: z.string().optional(),
            }),
            answers: {
              302: { description: 'Signed in, or to the page that says why not.', ...onward },
            },
            errors: {
              not_found: 'There is no such provider.',
              ...errors('slow_down', 'temporarily_unavailable'),
            },
          },
        ]),
      ),
    },
    {
      path: '/api/auth/signout',
      operations: {
        GET: {
          id: 'goToSignOut',
          summary: 'Go to the page that asks',
          answers: { 302: { description: "The page of Baton's own.", ...onward } },
        },
        POST: {
          id: 'signOutByScript',
          summary: 'Sign out',
          proofs: ['session', 'nobody'],
          headers: asJsonHeader,
          form: z.object({ csrfToken, callbackUrl }),
          answers: {
            200: { description: 'Where to go on, as JSON.', headers: ['noStore', 'cookies'], json: asJson },
            302: { description: 'The session has ended.', ...onward },
          },
          errors: errors('csrf', 'temporarily_unavailable'),
        },
      },
    },
  ],
}
