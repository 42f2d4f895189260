import { expect, test } from 'vitest'
import { jsonFaults } from '#lib/config/json-fault.ts'
import { faultsOf } from '../../support/config.ts'

test.each([
  '{}',
  ' [1, -0.5e+3, true, false, null, "a\\u00e9\\n\\"", {"a": {"b": []}}]\r\n',
  '"\u007f\u2028é😀"',
])('what is JSON has no fault: %j', (text) => {
  expect(() => JSON.parse(text)).not.toThrow()
  expect(jsonFaults(text)).toEqual([])
})

test.each<[text: string, line: number, column: number, problem: RegExp]>([
  ['', 1, 1, /the end is missing/],
  ['{\n  "a": 1,\n  "b": [1, 2\n', 4, 1, /the end is missing/],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, /a comma or } is missing/],
  ['{\n  "a": [1, 2,],\n}', 2, 13, /a comma before \] is one too many/],
  ['{"a": 1,\n}', 1, 8, /a comma before } is one too many/],
  ['{\n  // a comment\n  "a": 1}', 2, 3, /no comments/],
  ["{\n  'a': 1}", 2, 3, /double quotes/],
  ['{a: 1}', 1, 2, /a name in double quotes/],
  ['{"a" 1}', 1, 6, /a colon/],
  ['{"a": undefined}', 1, 7, /a value is missing/],
  ['{"a": 01}', 1, 8, /a comma or } is missing/],
  ['{"a": "b\n"}', 1, 7, /does not end in its line/],
  ['{"a": "b\tc"}', 1, 7, /a character that JSON does not know/],
  ['{"a": "C:\\new\\x"}', 1, 7, /a lone backslash/],
  ['{} {}', 1, 4, /more follows/],
  ['\ufeff{}', 1, 1, /a value is missing/],
])('the fault of %j has its line and column', (text, line, column, problem) => {
  expect(() => JSON.parse(text)).toThrow()
  expect(jsonFaults(text)).toEqual([{ line, column, problem: expect.stringMatching(problem), isJson: false }])
})

test('a start names line and column, and quotes nothing of the file', async () => {
  expect(await faultsOf({ file: '{\n  "clients": [{"client_secret": "hunter2",}]\n}' })).toEqual([
    'FILE: is not JSON (line 2, column 42: a comma before } is one too many)',
  ])
})
