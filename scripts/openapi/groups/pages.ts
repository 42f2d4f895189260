import { z } from 'zod'
import type { Group } from '../description.ts'
import { errors } from '../errors.ts'
import { callbackUrl } from '../values.ts'

const page = { description: 'The page.', headers: ['mayCache'], html: true } as const

const picture = {
  description: 'The file. By itself it is a document without scripts.',
  headers: ['pictureCache', 'noSniff', 'policy'],
} as const
const pictureQuery = z.object({
  v: z.string().optional().meta({ description: 'Its version: with this one it may be kept for a year.' }),
})

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
          answers: {
            200: page,
            307: { description: 'To sign-in, with `autoSignIn`.', headers: ['location', 'mayCache'] },
          },
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
            provider: z.string().optional().meta({ description: 'The id of the provider where it failed.' }),
            reference: z.string().optional().meta({ description: 'The request that says more in the log.' }),
            again: z.literal('1').optional().meta({ description: 'Ask for the person once more.' }),
          }),
          answers: {
            200: page,
            303: {
              description:
                'No provider is configured yet: the home page says so. Or to the provider, with ' +
                '`autoSignIn`; a browser that says that it loads a page gets one that goes there.',
              headers: ['location', 'cookies', 'noStore'],
            },
          },
          errors: errors('slow_down', 'temporarily_unavailable'),
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
      path: '/language',
      operations: {
        GET: {
          id: 'goHomeFromLanguage',
          summary: 'Lead home',
          answers: { 303: { description: 'There is nothing to see.', headers: ['location', 'noStore'] } },
        },
        POST: {
          id: 'chooseLanguage',
          summary: 'Choose the language of pages in this browser',
          form: z.object({
            language: z.string().meta({ description: 'One of `languages` (BCP 47).', examples: ['de'] }),
            callbackUrl,
          }),
          answers: {
            303: {
              description:
                'Back to the page. A path with `ui_locales` gets the chosen language in its place.',
              headers: ['location', 'cookies', 'noStore'],
            },
          },
          errors: { invalid_request: 'There is no such language here.', ...errors('csrf') },
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
            provider: z.string().optional(),
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
          answers: {
            303: {
              description: 'Signed out: the page says so.',
              headers: ['location', 'cookies', 'noStore'],
            },
          },
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
      path: '/brand/{name}',
      row: '/brand/*',
      parameters: {
        name: z.enum(['logo-light', 'logo-dark', 'icon', 'accent.css']).meta({ description: 'Which file.' }),
      },
      operations: {
        GET: {
          id: 'getBrandFile',
          summary: "Get the operator's logo or icon, or the style sheet of their colour",
          query: pictureQuery,
          answers: {
            200: { ...picture, fileTypes: ['image/svg+xml', 'image/png', 'image/webp', 'text/css'] },
          },
          errors: { not_found: 'The configuration has no such file.' },
        },
      },
    },
    {
      path: '/brand/applications/{client_id}',
      row: '/brand/applications/*',
      parameters: { client_id: z.string().meta({ description: 'The client whose logo it is.' }) },
      operations: {
        GET: {
          id: 'getApplicationLogo',
          summary: 'Get the logo of an application',
          description: 'Baton fetches it from `logo_uri`, and again after an hour. Anybody may ask for it.',
          query: pictureQuery,
          answers: { 200: { ...picture, fileTypes: ['image/png', 'image/webp', 'image/jpeg'] } },
          errors: { not_found: 'There is no such client, or it has no logo that can be fetched now.' },
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
