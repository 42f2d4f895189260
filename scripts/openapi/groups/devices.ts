import { z } from 'zod'
import type { Group, Operation } from '../description.ts'
import { errors, ofSessions } from '../errors.ts'
import { anySession } from '../proofs.ts'
import { callbackUrl, device, time, userCode, yesOrNo } from '../values.ts'

const states = z.enum(['waiting', 'opened', 'approved', 'denied', 'expired'])

const asking = z
  .object({
    kind: z.enum(['browser', 'device']),
    client_id: z.string().optional().meta({ description: 'Of a device: its client.' }),
    client_name: z.string().optional(),
    scope: z.string().optional().meta({ description: "What a third party's client asks for." }),
    browser: z.string().optional(),
    system: z.string().optional(),
    address: device.address,
    same_network: device.same_network,
    asked_at: time,
    numbers: z
      .array(z.string().regex(/^[0-9]{2}$/))
      .length(3)
      .optional()
      .meta({ description: 'Three numbers, one of which the browser shows; without them it is typed.' }),
  })
  .meta({
    id: 'DeviceRequest',
    examples: [
      {
        kind: 'browser',
        browser: 'Firefox',
        system: 'Linux',
        address: '192.0.2.7',
        same_network: true,
        asked_at: '2026-11-28T08:00:00.000Z',
        numbers: ['17', '42', '88'],
      },
    ],
  })

const typed = z.string().meta({ description: 'The code as it is typed: case and hyphen do not matter.' })

const refusals = {
  unauthorized_client: 'The app may not hand over.',
  access_denied: 'The session began by a hand-off, or the other device is in another network.',
  ...errors('slow_down'),
} as const

const answerForm = {
  approve: yesOrNo,
  number: z
    .string()
    .optional()
    .meta({ description: 'The number that the browser shows; needed to approve a browser.' }),
}

const lookAtCode: Operation = {
  id: 'showDevice',
  summary: 'Show what asks with a user code',
  description: 'Approves nothing.',
  standard: 'RFC 8628, section 3.3',
  query: z.object({ user_code: typed.optional() }),
  answers: {
    200: { description: 'The page.', html: true },
    303: { description: 'Sign in first.', headers: ['location'] },
    404: { description: 'No device shows this code now.', html: true },
  },
  errors: { ...refusals, ...errors('csrf', 'temporarily_unavailable') },
}

/** Another device asks to be signed in, and a session approves it. */
export const devices: Group = {
  name: 'Devices',
  description:
    'A browser or a device asks to be signed in, and a session approves it: ' +
    'docs/hand-off.md, "The other direction".',
  addresses: [
    {
      path: '/api/device',
      operations: {
        POST: {
          id: 'answerDevice',
          summary: 'See what asks with a user code, and answer it',
          description: 'Without `approve` the call approves nothing, and says what asks.',
          proofs: anySession,
          form: z.object({ user_code: typed, ...answerForm, approve: yesOrNo.optional() }),
          answers: {
            200: { description: 'What asks.', headers: ['noStore'], json: asking },
            204: { description: 'The answer is taken.', headers: ['noStore'] },
          },
          errors: {
            ...ofSessions,
            ...refusals,
            invalid_grant: 'The browser shows another number; it is denied.',
            not_found: 'No device shows this code now.',
          },
        },
      },
    },
    {
      path: '/device',
      operations: {
        GET: lookAtCode,
        POST: {
          id: 'answerDeviceByForm',
          summary: 'Answer what asks, by the form of the page',
          form: z.object({ user_code: userCode, csrf_token: z.string(), ...answerForm }),
          answers: {
            200: { description: 'The answer is taken.', html: true },
            303: { description: 'Sign in first.', headers: ['location'] },
            400: { description: 'The browser shows another number; it is denied.', html: true },
            404: { description: 'No device shows this code now.', html: true },
          },
          errors: { ...refusals, ...errors('csrf', 'temporarily_unavailable') },
        },
      },
    },
    {
      path: '/sign-in/another-device',
      operations: {
        GET: {
          id: 'showAnotherDevice',
          summary: 'Show the code of a browser that asks',
          answers: {
            200: { description: 'The page.', html: true },
            303: { description: 'It is approved, or nothing was asked.', headers: ['location', 'cookies'] },
          },
          errors: errors('temporarily_unavailable'),
        },
        POST: {
          id: 'askAnotherDevice',
          summary: 'Ask to be signed in by another device',
          form: z.object({
            callbackUrl,
            answer: z.literal('cancel').optional().meta({ description: 'Withdraws the request.' }),
          }),
          answers: {
            303: { description: 'It is asked, or withdrawn.', headers: ['location', 'cookies'] },
          },
          errors: errors('csrf', 'slow_down', 'temporarily_unavailable'),
        },
      },
    },
    {
      path: '/sign-in/another-device/state',
      operations: {
        GET: {
          id: 'getAnotherDeviceState',
          summary: 'See how far the request of this browser has come',
          answers: {
            200: {
              description: 'The state.',
              headers: ['noStore'],
              json: z.object({ state: states }).meta({ examples: [{ state: 'waiting' }] }),
            },
          },
          errors: errors('temporarily_unavailable'),
        },
      },
    },
    {
      path: '/sign-in/another-device/events',
      operations: {
        GET: {
          id: 'watchAnotherDevice',
          summary: 'Be told of that as it changes',
          description: 'The data of each event is a state. The last state ends the stream.',
          answers: {
            200: {
              description: 'Server-sent events.',
              headers: ['noStore', 'noBuffering'],
              mediaType: 'text/event-stream',
              example: 'retry: 1000\n\ndata: waiting\n\n',
            },
          },
          errors: {
            not_found: 'This browser waits for no other device.',
            ...errors('slow_down'),
          },
        },
      },
    },
  ],
}
