import { z } from 'zod'
import type { Group } from '../description.ts'
import { errors } from '../errors.ts'
import { callbackUrl } from '../values.ts'

const page = { description: 'The page.', headers: ['mayCache'], html: true } as const

/** Baton's other pages, and the forms on them. */
export const pages: Group = {
  name: 'Pages',
  description: 'Pages for people, and the forms on them.',
  addresses: [
    {
      path: '/',
      operations: {
        GET: {
          id: 'showHome',
          summary: 'Show who is signed in',
          proofs: ['session', 'nobody'],
          answers: { 200: page },
          errors: errors('temporarily_unavailable'),
        },
      },
    },
    {
      path: '/sign-in',
      operations: {
        GET: {
          id: 'showSignIn',
          summary: 'Show the ways to sign in',
          query: z.object({
            callbackUrl,
            error: z.string().optional().meta({ description: 'Why the last sign-in did not work.' }),
            reference: z.string().optional().meta({ description: 'The request that says more in the log.' }),
            again: z.literal('1').optional().meta({ description: 'Ask for the person once more.' }),
          }),
          answers: {
            200: page,
            303: {
              description: 'No provider is configured yet: the home page says so.',
              headers: ['location', 'noStore'],
            },
          },
          errors: errors('temporarily_unavailable'),
        },
        POST: {
          id: 'signIn',
          summary: 'Begin a sign-in at a provider',
          form: z.object({
            provider: z.string().meta({ description: 'The id of the provider.' }),
            callbackUrl,
            again: z.literal('1').optional(),
          }),
          answers: {
            200: {
              description: 'A page that goes to the provider.',
              headers: ['cookies', 'noStore', 'refresh'],
              html: true,
            },
            303: {
              description: 'To the provider, or back with an explanation.',
              headers: ['location', 'cookies', 'noStore'],
            },
          },
          errors: {
            invalid_request: 'There is no such provider.',
            ...errors('csrf', 'slow_down'),
          },
        },
      },
    },
    {
      path: '/error',
      operations: {
        GET: {
          id: 'showSignInProblem',
          summary: 'Say why a sign-in did not work',
          query: z.object({
            error: z.string().optional(),
            reference: z.string().optional(),
            callbackUrl,
          }),
          answers: { 200: page },
        },
      },
    },
    {
      path: '/sign-out',
      operations: {
        GET: {
          id: 'showSignOut',
          summary: 'Ask whether to sign out',
          proofs: ['session', 'nobody'],
          answers: { 200: page },
          errors: errors('temporarily_unavailable'),
        },
        POST: {
          id: 'signOut',
          summary: 'Sign out, here or everywhere',
          proofs: ['session', 'nobody'],
          form: z.object({
            everywhere: z
              .literal('1')
              .optional()
              .meta({ description: 'All sessions of the person, unless this one began by a hand-off.' }),
          }),
          answers: { 303: { description: 'Signed out.', headers: ['location', 'cookies', 'noStore'] } },
          errors: errors('csrf', 'temporarily_unavailable'),
        },
      },
    },
    {
      path: '/sign-out/provider',
      operations: {
        POST: {
          id: 'signOutAtProvider',
          summary: 'Sign out here and at the provider',
          standard: 'OpenID Connect RP-Initiated Logout 1.0, section 2',
          proofs: ['session', 'nobody'],
          answers: {
            200: {
              description: 'A page that goes to the provider.',
              headers: ['cookies', 'noStore', 'refresh'],
              html: true,
            },
            303: {
              description: 'To the provider, or back to `/sign-out`.',
              headers: ['location', 'cookies', 'noStore'],
            },
          },
          errors: errors('csrf', 'temporarily_unavailable'),
        },
      },
    },
    {
      path: '/_next/static/{path}',
      row: '/_next/static/*',
      parameters: {
        path: z.string().meta({ description: 'The file, whose name changes with its content.' }),
      },
      operations: {
        GET: {
          id: 'getStaticFile',
          summary: 'Get a script or a style of the pages',
          answers: {
            200: { description: 'The file.', headers: ['longLived'], mediaType: '*/*' },
            206: { description: 'A part of it.', headers: ['longLived', 'range'], mediaType: '*/*' },
            304: { description: 'The caller has it.', headers: ['longLived'] },
            412: { description: 'It is another one than the caller wants.' },
            416: { description: 'It has no such part.', headers: ['range'] },
          },
          errors: { not_found: 'There is no such file.', ...errors('temporarily_unavailable') },
        },
      },
    },
  ],
}
