import { z } from 'zod'
import type { Group } from '../description.ts'
import { errors, ofSessions } from '../errors.ts'
import { anySession } from '../proofs.ts'
import { device, sid, time } from '../values.ts'
import { endingsFromOutside } from './endings-from-outside.ts'

const ownSession = z
  .object({
    sid,
    parent: sid.optional().meta({ description: 'The session that this one was handed over from.' }),
    kind: z.enum(['browser', 'app', 'handoff']),
    current: z.boolean().meta({ description: 'Whether it is the session of the caller.' }),
    client_id: z.string().optional().meta({ description: 'The app that the session is of.' }),
    client_name: z.string().optional(),
    target: z.string().optional().meta({ description: 'The application that it was handed over to.' }),
    target_name: z.string().optional(),
    ...device,
    created_at: time,
    last_used_at: time,
    expires_at: time,
  })
  .meta({
    id: 'OwnSession',
    examples: [
      {
        sid: '5d0b6c1e-6d3e-4c0f-8a46-2f1c3b7a9e10',
        kind: 'browser',
        current: true,
        browser: 'Firefox',
        system: 'Linux',
        address: '192.0.2.7',
        same_network: true,
        created_at: '2026-11-28T08:00:00.000Z',
        last_used_at: '2026-11-28T09:00:00.000Z',
        expires_at: '2026-12-28T08:00:00.000Z',
      },
    ],
  })

const ended = { description: 'It has ended.', headers: ['noStore', 'cookies'] } as const

const signInFirst = { description: 'Sign in first.', headers: ['location', 'mayCache'] } as const
const hasEnded = { ...signInFirst, description: 'The session has ended: sign in again.' } as const

/** A person's own sessions, and their end. */
export const sessions: Group = {
  name: 'Sessions',
  description: "A person's own sessions, what ends them, and sign-outs by providers and operators.",
  addresses: [
    {
      path: '/api/sessions',
      operations: {
        GET: {
          id: 'listSessions',
          summary: 'List the own sessions',
          description: 'A session that began by a hand-off sees itself and what came of it.',
          proofs: anySession,
          answers: {
            200: {
              description: 'The sessions.',
              headers: ['noStore'],
              json: z.object({ sessions: z.array(ownSession) }),
            },
          },
          errors: ofSessions,
        },
        DELETE: {
          id: 'endSessions',
          summary: 'End all own sessions',
          proofs: anySession,
          answers: { 204: { ...ended, description: 'All have ended, the own one included.' } },
          errors: ofSessions,
        },
      },
    },
    {
      path: '/api/sessions/{sid}',
      row: '/api/sessions/*',
      parameters: { sid },
      operations: {
        DELETE: {
          id: 'endSession',
          summary: 'End a session, and what came of it',
          proofs: anySession,
          answers: { 204: ended },
          errors: { ...ofSessions, not_found: "It is no session of the caller's, or has ended." },
        },
      },
    },
    {
      path: '/api/sessions/events',
      operations: {
        GET: {
          id: 'watchSessions',
          summary: 'Be told when they change',
          description: 'The data of an event is `changed`, or `ended` with the own session.',
          proofs: ['session'],
          query: z.object({
            since: z.string().optional().meta({ description: 'The mark of the page that asks.' }),
          }),
          headers: z.object({
            'Last-Event-ID': z
              .string()
              .optional()
              .meta({ description: 'The same, after a lost connection.' }),
          }),
          answers: {
            200: {
              description: 'Server-sent events.',
              headers: ['noStore', 'noBuffering'],
              mediaType: 'text/event-stream',
              example: 'retry: 1000\n\nid: 7\ndata: changed\n\n',
            },
          },
          errors: {
            ...errors('invalid_request', 'invalid_token', 'csrf', 'slow_down', 'temporarily_unavailable'),
            access_denied: 'The call has a bearer token.',
          },
        },
      },
    },
    ...endingsFromOutside,
    {
      path: '/sessions',
      operations: {
        GET: {
          id: 'showSessions',
          summary: 'Show the own sessions as a tree',
          proofs: ['session', 'nobody'],
          answers: {
            200: { description: 'The page.', headers: ['mayCache'], html: true },
            303: signInFirst,
            307: hasEnded,
          },
          errors: errors('temporarily_unavailable'),
        },
        POST: {
          id: 'endSessionsByForm',
          summary: 'End own sessions, or withdraw an application, by the forms of the page',
          proofs: ['session', 'nobody'],
          form: z.object({
            end: z.string().optional().meta({ description: 'A `sid`, or `all`.' }),
            withdraw: z.string().optional().meta({
              description: 'The `client_id` of an application that is to have no access any more.',
            }),
          }),
          answers: {
            303: {
              description: 'It has ended, or has no access.',
              headers: ['location', 'cookies', 'noStore'],
            },
          },
          errors: errors('csrf', 'temporarily_unavailable'),
        },
      },
    },
    {
      path: '/session',
      operations: {
        GET: {
          id: 'goToSessions',
          summary: 'Where the page was before',
          answers: { 308: { description: 'It has moved.', headers: ['location', 'noStore'] } },
        },
      },
    },
    {
      path: '/activity',
      operations: {
        GET: {
          id: 'showActivity',
          summary: 'Show the own hand-offs as a timeline',
          proofs: ['session', 'nobody'],
          query: z.object({
            before: z.string().optional().meta({ description: 'Where the next page begins.' }),
          }),
          answers: {
            200: { description: 'The page.', headers: ['mayCache'], html: true },
            303: signInFirst,
            307: hasEnded,
          },
          errors: errors('temporarily_unavailable'),
        },
      },
    },
  ],
}
