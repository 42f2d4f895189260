import { expect, test } from 'vitest'
import { traceContext, traceHeaders } from '#lib/telemetry/trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const good = `00-${traceId}-${parentId}-01`

test('a good traceparent is taken and passed on as it came', () => {
  expect(traceContext(good, 'a=b')).toEqual({ traceId, traceparent: good, tracestate: 'a=b' })
  expect(traceHeaders(traceContext(good, 'a=b'))).toEqual({ traceparent: good, tracestate: 'a=b' })
  expect(traceHeaders(traceContext(good, undefined))).toEqual({ traceparent: good })
})

test.each([
  [undefined],
  [''],
  ['nonsense'],
  [good.toUpperCase()],
  [` ${good}`],
  [`${good}-more`],
  [good.slice(0, -1)],
  [good.replace('-01', '-0g')],
  [`ff-${traceId}-${parentId}-01`],
  [`00-${'0'.repeat(32)}-${parentId}-01`],
  [`00-${traceId}-${'0'.repeat(16)}-01`],
  // As Node joins two headers of the name.
  [`${good}, ${good}`],
])('another traceparent is none, and takes its tracestate with it: %s', (traceparent) => {
  expect(traceContext(traceparent, 'a=b')).toBeUndefined()
  expect(traceHeaders(traceContext(traceparent, 'a=b'))).toEqual({})
})

test.each([
  [`cc-${traceId}-${parentId}-01`, '01'],
  [`cc-${traceId}-${parentId}-03-what-ever`, '01'],
  [`01-${traceId}-${parentId}-02-`, '00'],
])('a later version is passed on as version 00, with the flag that this one knows: %s', (sent, flags) => {
  expect(traceContext(sent, undefined)?.traceparent).toBe(`00-${traceId}-${parentId}-${flags}`)
})

test('a later version that goes on otherwise is none', () => {
  expect(traceContext(`cc-${traceId}-${parentId}-01.more`, undefined)).toBeUndefined()
})

test.each([
  ['a=b', 'a=b'],
  ['rojo=00f067aa0ba902b7, congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
  ['a=1,,\t b=2 ,', 'a=1,b=2'],
  ['1a@b=c d', '1a@b=c d'],
  [Array.from({ length: 32 }, (_, i) => `k${i}=v`).join(','), expect.stringContaining('k31=v')],
])('a good tracestate is passed on, without what is empty: %s', (sent, passed) => {
  expect(traceContext(good, sent)?.tracestate).toEqual(passed)
})

test.each([
  '',
  ',',
  'a',
  '=b',
  'a=',
  'A=b',
  'a=b=c',
  'a=é',
  'a=1,a=2',
  'a@b@c=1',
  `a=${'v'.repeat(257)}`,
  Array.from({ length: 33 }, (_, i) => `k${i}=v`).join(','),
])('another tracestate is dropped alone: %s', (sent) => {
  expect(traceContext(good, sent)).toEqual({ traceId, traceparent: good })
})

const long = (key: string) => `${key}=${'v'.repeat(200)}`
const short = (key: string) => `${key}=${'v'.repeat(100)}`

test.each([
  ['long entries go first', [long('a'), short('b'), long('c'), long('d')], [short('b')]],
  ['then those at the end', ['a', 'b', 'c', 'd', 'e', 'f'].map(short), ['a', 'b', 'c', 'd'].map(short)],
  ['none goes from 512 characters', [long('a'), long('b'), short('c')], [long('a'), long('b'), short('c')]],
])('a tracestate that is too long is shortened: %s', (_, sent, passed) => {
  expect(traceContext(good, sent.join(','))?.tracestate).toBe(passed.join(','))
})

test.each([
  ['ff', '03'],
  ['04', '00'],
  ['02', '02'],
])('reserved flags are zero in what is passed on: %s', (sent, passed) => {
  expect(traceContext(good.replace(/01$/, sent), undefined)?.traceparent).toBe(good.replace(/01$/, passed))
})
