import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const grep = (pattern: string) => {
  try {
    return execFileSync(
      'git',
      ['grep', '-nE', '--untracked', pattern, '--', '*.ts', '*.tsx', ':!tests/architecture/silence.test.ts'],
      {
        encoding: 'utf8',
      },
    )
  } catch (error) {
    // git grep answers 1 when nothing matches.
    if ((error as { status?: number }).status === 1) return ''
    throw error
  }
}

test('no test is skipped, singled out or left for later', () => {
  expect(grep(String.raw`\b(it|test|describe)\.(only|skip|todo|fixme|skipIf|runIf)\b`)).toBe('')
})

test('no check is silenced and no work left over', () => {
  expect(grep('biome-ignore|eslint-disable|@ts-ignore|@ts-nocheck|@ts-expect-error|TODO|FIXME')).toBe('')
})

test('the search that these rules hang on finds what is there', () => {
  expect(grep('export function provideRuntime')).toContain('lib/runtime.ts')
})
