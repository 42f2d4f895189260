import { z } from 'zod'
import type { Group } from '../description.ts'

/** What operators and their machines ask. */
export const operations: Group = {
  name: 'Operations',
  description: 'What operators and their machines ask.',
  addresses: [
    {
      path: '/api/health',
      operations: {
        GET: {
          id: 'getHealth',
          summary: 'The process serves',
          answers: {
            200: {
              description: 'It does.',
              headers: ['noStore'],
              json: z.object({ status: z.literal('ok') }),
            },
          },
        },
      },
    },
    {
      path: '/api/ready',
      operations: {
        GET: {
          id: 'getReadiness',
          summary: 'Calls may come here',
          answers: {
            200: {
              description: 'They may.',
              headers: ['noStore'],
              json: z.object({ status: z.literal('ready') }),
            },
          },
          errors: { temporarily_unavailable: 'A part is missing, which `error_description` names.' },
        },
      },
    },
    {
      path: '/api/version',
      operations: {
        GET: {
          id: 'getVersion',
          summary: 'What runs here',
          answers: {
            200: {
              description: 'The version, and the commit of a build from a repository.',
              headers: ['noStore'],
              json: z
                .object({ version: z.string(), commit: z.string().nullable() })
                .meta({ examples: [{ version: '0.1.0', commit: null }] }),
            },
          },
        },
      },
    },
    {
      path: '/.well-known/security.txt',
      operations: {
        GET: {
          id: 'getSecurityTxt',
          summary: 'Where to report a vulnerability',
          standard: 'RFC 9116, section 2.5',
          answers: {
            200: { description: 'The file.', headers: ['mayCache', 'noSniff'], mediaType: 'text/plain' },
          },
          errors: { not_found: 'The configuration names no contact.' },
        },
      },
    },
  ],
}
