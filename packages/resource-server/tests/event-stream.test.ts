import { expect, test } from 'vitest'
import { createEventStreamParser, type StreamMessage } from '../src/event-stream.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function parsed(...chunks: (string | Uint8Array)[]): StreamMessage[] {
  const parse = createEventStreamParser()
  return chunks.flatMap((chunk) => parse(typeof chunk === 'string' ? bytes(chunk) : chunk))
}

const event = (data: string, type = 'message') => ({ kind: 'event', type, data })

test.each([
  ['LF', '\n'],
  ['CR', '\r'],
  ['CRLF', '\r\n'],
])('lines may end with %s', (_, end) => {
  expect(parsed(['id: 7', 'event: kind', 'data: one', 'data: two', '', ''].join(end))).toEqual([
    event('one\ntwo', 'kind'),
    { kind: 'id', id: '7' },
  ])
})

test('a stream gives the same events wherever it is split', () => {
  const stream = bytes(
    '\ufeffid: 1\r\ndata: grüße 🎈\r\n\r\n: ready\r\n\r\nretry: 5\rdata: b\r\rdata:c\n\nid: 9\n\n',
  )
  const whole = parsed(stream)
  expect(whole).toEqual([
    event('grüße 🎈'),
    { kind: 'id', id: '1' },
    { kind: 'comment', text: 'ready' },
    { kind: 'retry', milliseconds: 5 },
    event('b'),
    event('c'),
    { kind: 'id', id: '9' },
  ])
  for (let cut = 0; cut <= stream.length; cut++)
    expect(parsed(stream.subarray(0, cut), stream.subarray(cut))).toEqual(whole)
  expect(parsed(...[...stream].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
})

test('a CRLF split between chunks ends one line, and a further LF ends another', () => {
  expect(parsed('data: a\r', '\n', '\n')).toEqual([event('a')])
})

test('an event without its blank line is held back, because the rest may be missing', () => {
  expect(parsed('data: {"sid":"a"}\n')).toEqual([])
})

test('an id alone moves the cursor, and the cursor moves after the event', () => {
  expect(parsed('id: 3\n\n')).toEqual([{ kind: 'id', id: '3' }])
  expect(parsed('id: 3\ndata: x\n\n').map(({ kind }) => kind)).toEqual(['event', 'id'])
})

test('fields follow the letter of the standard', () => {
  expect(parsed('data\n\n')).toEqual([event('')])
  expect(parsed('data:  two spaces\n\n')).toEqual([event(' two spaces')])
  expect(parsed('data: a:b\n\n')).toEqual([event('a:b')])
  expect(parsed('id: a\0b\n\n')).toEqual([])
  expect(parsed('id\n\n')).toEqual([{ kind: 'id', id: '' }])
  expect(parsed('retry: soon\nretry: -1\nunknown: 1\nevent: lonely\n\n')).toEqual([])
  expect(parsed('event: kind\n\ndata: a\n\n')).toEqual([event('a')])
  expect(parsed(':no space\n')).toEqual([{ kind: 'comment', text: 'no space' }])
})

test('an endless event is not kept', () => {
  const parse = createEventStreamParser()
  const chunk = bytes('x'.repeat(600_000))
  parse(chunk)
  expect(() => parse(chunk)).toThrow(RangeError)
})
