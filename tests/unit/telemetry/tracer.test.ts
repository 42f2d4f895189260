import { expect, test } from 'vitest'
import { errorTypeOf } from '#lib/telemetry/error-type.ts'
import { whileAnswering } from '#lib/telemetry/request-record.ts'
import { tracedAs } from '#lib/telemetry/request-span.ts'
import { traceContext } from '#lib/telemetry/trace-context.ts'
import { currentSpan, inSpan, isTracing, startSpan } from '#lib/telemetry/tracer.ts'

test('without a tracer there is no span, and work is done as it is', async () => {
  expect(isTracing()).toBe(false)
  expect(startSpan('refresh', 'refresh', {})).toBeUndefined()
  await whileAnswering({ id: 'a' }, async () => {
    const done = await inSpan('refresh', {}, async (span) => [span, currentSpan()])
    expect(done).toEqual([undefined, undefined])
  })
  const failure = new Error('work')
  await expect(inSpan('refresh', {}, () => Promise.reject(failure))).rejects.toBe(failure)
})

test('without a tracer a request belongs to the trace that its caller names, as it named it', () => {
  const caller = traceContext('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'a=b')
  expect(tracedAs('GET', caller)).toEqual({ trace: caller })
  expect(tracedAs('GET', undefined)).toEqual({ trace: undefined })
})

test.for<[string, unknown, string]>([
  ['its code', Object.assign(new Error('words'), { code: 'invalid_grant' }), 'invalid_grant'],
  [
    'the code of its cause',
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
    'ECONNREFUSED',
  ],
  ['its class', new TypeError('a secret in words'), 'TypeError'],
  ['its class, where the code is a number', AbortSignal.abort().reason, 'AbortError'],
  ['no code that may be anything', Object.assign(new Error(), { code: 'a b@example.org' }), 'Error'],
  ['nothing of what is no error', 'a secret', '_OTHER'],
  ['nothing of nothing', undefined, '_OTHER'],
])('the type of an error is %s', ([, error, type]) => {
  expect(errorTypeOf(error)).toBe(type)
})
