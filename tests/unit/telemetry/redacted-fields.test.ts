import { pino } from 'pino'
import { expect, test } from 'vitest'
import { redactedFields } from '#lib/telemetry/redacted-fields.ts'

/** The line that a logger with Baton's rules writes of these fields. */
function lineOf(fields: object): string {
  let line = ''
  const log = pino({ redact: redactedFields }, { write: (text) => (line += text) })
  log.info(fields, 'said')
  return line
}

test.each([
  [{ access_token: 'hidden' }],
  [{ clientSecret: 'hidden' }],
  [{ idToken: 'hidden' }],
  [{ headers: { authorization: 'hidden', cookie: 'hidden', 'set-cookie': 'hidden' } }],
  [{ form: { code: 'hidden', code_verifier: 'hidden' } }],
  [{ query: { login_hint_token: 'hidden' } }],
])('a line never holds %j', (fields) => {
  const line = lineOf(fields)
  expect(line).toContain('[Redacted]')
  expect(line).not.toContain('hidden')
})

test('what is no secret stays: the code of a refusal, the hash of a nonce', () => {
  const line = lineOf({ code: 'invalid_grant', nonce: 'ab12', sid: 'a session', headers: { accept: '*/*' } })
  for (const kept of ['invalid_grant', 'ab12', 'a session', '*/*']) expect(line).toContain(kept)
})
