import { finished } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { WholeLines } from '#lib/workers/whole-lines.ts'

async function passedOn(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const lines = new WholeLines()
  const passed: string[] = []
  lines.on('data', (chunk) => passed.push(String(chunk)))
  for (const chunk of chunks) lines.write(Buffer.from(chunk as Uint8Array))
  await finished(lines.end())
  return passed
}

test('each chunk ends with a line, however the lines came', async () => {
  expect(await passedOn('one\ntw', 'o', '\nthree\nfo', 'ur\n')).toEqual(['one\n', 'two\nthree\n', 'four\n'])
})

test('what a worker leaves without an end becomes a line', async () => {
  expect(await passedOn('one\ntwo')).toEqual(['one\n', 'two\n'])
  expect(await passedOn()).toEqual([])
})

test('characters are not torn', async () => {
  const bytes = [...Buffer.from('größer\n')]
  expect(await passedOn(...bytes.map((byte) => Uint8Array.of(byte)))).toEqual(['größer\n'])
})

test('of a line without an end no more than a mebibyte is kept', async () => {
  const chunk = 'x'.repeat(100_000)
  const passed = await passedOn(...Array(25).fill(chunk))
  expect(passed.map(({ length }) => length)).toEqual([1_100_001, 1_100_001, 300_001])
})
