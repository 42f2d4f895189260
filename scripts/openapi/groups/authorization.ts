import { z } from 'zod'
import type { Group, Operation } from '../description.ts'
import { errors } from '../errors.ts'
import { logout } from './logout.ts'
import { kept, refused, repeated, shown } from './of-browsers.ts'

const authorizationRequest = z.object({
  client_id: z.string(),
  response_type: z.literal('code'),
  redirect_uri: z.string().optional().meta({ description: 'A registered redirect URI.' }),
  scope: z
    .string()
    .optional()
    .meta({ examples: ['openid profile email'] }),
  state: z.string().optional(),
  nonce: z.string().optional(),
  response_mode: z.enum(['query', 'fragment', 'form_post']).optional(),
  code_challenge: z.string().meta({ description: 'RFC 7636, section 4.2.' }),
  code_challenge_method: z.literal('S256'),
  prompt: z.string().optional().meta({ description: '`none`, `login` or `consent`.' }),
  max_age: z.string().optional(),
  acr_values: z
    .string()
    .optional()
    .meta({ description: '`urn:baton:authentication:nonce`: sign in by the hand-off nonce.' }),
  login_hint_token: z.string().optional().meta({ description: 'The hand-off nonce.' }),
  resource: z.string().optional().meta({ description: "A backend's `audience` (RFC 8707)." }),
  id_token_hint: z.string().optional(),
  ui_locales: z.string().optional().meta({ description: 'The languages of the pages on the way (BCP 47).' }),
  dpop_jkt: z.string().optional().meta({ description: 'RFC 9449, section 10.' }),
})

const authorize: Omit<Operation, 'id'> = {
  summary: 'Ask for an authorization code',
  standard: 'OpenID Connect Core 1.0, section 3.1.2; RFC 6749, section 4.1; RFC 7636; RFC 9207',
  answers: {
    200: { description: 'A form that posts the answer to the application.', headers: [...shown], html: true },
    303: {
      description: 'To the application with a code or an error, or to the step that asks the person.',
      headers: [...kept],
    },
  },
}

const askedStep: Omit<Operation, 'id' | 'summary'> = {
  answers: {
    303: {
      description: 'Back to the application, by `/oidc/authorize/{uid}`, or to sign-in.',
      headers: ['location', 'cookies'],
    },
    403: { description: 'The networks of both sides differ, and must not.', html: true },
    410: { description: 'There is no such step, or it is over.', headers: ['cookies'], html: true },
  },
  errors: errors('csrf', 'slow_down', 'temporarily_unavailable'),
}

/** The addresses of the OpenID Provider that a browser comes to. */
export const authorization: Group = {
  name: 'OpenID Provider: browsers',
  description: 'Sign-in and sign-out of web applications: docs/connect-a-web-application.md.',
  addresses: [
    {
      path: '/oidc/authorize',
      operations: {
        GET: {
          id: 'authorize',
          ...authorize,
          query: authorizationRequest,
          errorsOfProvider: refused,
          errors: errors('csrf', 'slow_down', 'temporarily_unavailable'),
        },
        POST: {
          id: 'authorizeByForm',
          summary: 'The same by a form',
          standard: 'OpenID Connect Core 1.0, section 3.1.2.1',
          form: authorizationRequest,
          answers: { 303: repeated },
        },
      },
    },
    {
      path: '/oidc/authorize/{uid}',
      row: '/oidc/*',
      parameters: { uid: z.string().meta({ description: 'The id of the step.' }) },
      operations: {
        GET: {
          id: 'resumeAuthorization',
          summary: 'Go on after a step',
          answers: authorize.answers,
          errorsOfProvider: { 400: { invalid_request: 'This browser has no such step.' } },
          errors: errors('temporarily_unavailable'),
          showsErrors: true,
        },
      },
    },
    {
      path: '/interaction/{uid}',
      row: '/interaction/*',
      parameters: { uid: z.string().meta({ description: 'The id of the step.' }) },
      operations: {
        GET: {
          id: 'showStep',
          summary: 'Ask the person of an authorization request',
          description: 'Sign-in by a nonce, or consent. Spends and decides nothing.',
          ...askedStep,
          answers: {
            ...askedStep.answers,
            200: { description: 'The page that asks.', headers: ['cookies'], html: true },
          },
        },
        POST: {
          id: 'takeStep',
          summary: 'Take what the person says, by the form of the page',
          form: z.object({
            csrf_token: z.string(),
            answer: z.string().optional().meta({ description: '`cancel` refuses.' }),
            verifier: z.string().optional().meta({ description: 'The verifier of a bound nonce.' }),
          }),
          ...askedStep,
          answers: {
            ...askedStep.answers,
            202: {
              description: 'The source has to approve first. The page waits.',
              headers: ['cookies'],
              html: true,
            },
          },
        },
      },
    },
    ...logout,
  ],
}
