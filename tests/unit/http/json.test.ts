import { expect, test } from 'vitest'
import { readJson } from '#lib/http/json.ts'

const type = 'application/json'

test.each([type, 'application/json; charset=utf-8', 'Application/JSON ;x=y'])('JSON is read: %s', (media) => {
  expect(readJson(media, '{"a": {"b": [1, {"a": "{"}]}, "c": "\\"a\\": 1"}')).toEqual({
    a: { b: [1, { a: '{' }] },
    c: '"a": 1',
  })
})

test.each([undefined, null, '', 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
  'another media type is refused: %j',
  (media) => {
    expect(() => readJson(media, '{}')).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  },
)

test.each(['', '{', '{"a": 1,}', "{'a': 1}", 'a=1', '['.repeat(60_000)])(
  'what is no JSON is refused: %#',
  (text) => {
    expect(() => readJson(type, text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  },
)

test.each([
  '{"a": 1, "a": 1}',
  '{"a": 1, "b": 2, "\\u0061": 3}',
  '{"x": {"a": {}, "a": {}}}',
  '[{"a": {"b": 1}, "c": 2, "a" : 3}]',
  '{"__proto__": 1, "__proto__": 2}',
])('a repeated member is refused: %s', (text) => {
  expect(() => readJson(type, text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test.each([
  '{"a": {"a": 1}, "b": {"a": 2}}',
  '[{"a": 1}, {"a": 1}]',
  '{"a": "a", "b": "a", "c": ["a", "a"]}',
])('the same name in two objects, and as a value, is no repetition: %s', (text) => {
  expect(readJson(type, text)).toEqual(JSON.parse(text))
})
