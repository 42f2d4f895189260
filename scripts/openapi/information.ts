import { z } from 'zod'
import { installedVersion } from '#lib/config/version.ts'

/** An error of any endpoint that is no page. */
export const oauthError = z
  .object({
    error: z.string().meta({ description: "A code of OAuth's, or of Baton's where OAuth has none." }),
    error_description: z.string().meta({ description: 'Words for developers, which may change.' }),
  })
  .meta({
    id: 'OAuthError',
    description: 'RFC 6749, section 5.2.',
    examples: [{ error: 'invalid_request', error_description: 'a parameter is repeated' }],
  })

/** What the document says of itself and of all addresses. */
export function information() {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Baton',
      version: installedVersion().version,
      summary: 'Hands a signed-in session over to a web view, another browser or another web application.',
      description: ofAll,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: '{origin}',
        description: 'Baton, at `BATON_URL`',
        variables: {
          origin: { default: 'https://baton.example.org', description: 'The public origin: `BATON_URL`.' },
        },
      },
    ],
  }
}

const ofAll = [
  'Every error that is no page is an `OAuthError` that no cache keeps. Where a person looks (`Accept` ' +
    'takes `text/html`, and the address is one that people open) it is a page with the same status. Every ' +
    'answer has an `X-Request-Id`. Pages have a strict `Content-Security-Policy`, and more headers that ' +
    'keep other sites out.',
  'Every address refuses a method that it does not have with 405 `method_not_allowed` and `Allow`, a body ' +
    'of more than 64 KiB with 413 `payload_too_large` (backends have limits of their own), a request for ' +
    'another host with 421 `misdirected_request`, and headers of more than 16 KiB with 431 ' +
    '`invalid_request`. A parameter that is repeated is `invalid_request`. One without a value counts as ' +
    'absent, and one that is unknown is ignored.',
].join('\n\n')
