import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const longest = 110

// What people read and write. Migrations never change after they have landed.
const code = [
  '*.ts',
  '*.tsx',
  '*.mjs',
  '*.js',
  '*.css',
  '*.prisma',
  '*.sql',
  '*.java',
  '*.swift',
  '*.kts',
  '*.xml',
]
const patterns = [...code, '*.md', '*.yml', '.ci/run', 'deploy', ':!*.json']
const written = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', ...patterns, ':!prisma/migrations'],
  { encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => file !== '' && existsSync(file))

test('no line is longer than 110 columns, but for tables and code in Markdown', () => {
  expect(written.length).toBeGreaterThan(500)
  expect(written.flatMap(longLines)).toEqual([])
})

const endless = `https://example.org/${'x'.repeat(longest)}`
const row = '| cell '.repeat(20)

test.each([
  ['code', 'a.ts', `const address = '${endless}'`],
  ['a comment', 'a.ts', `// See ${endless}`],
  ['a table outside Markdown', 'a.ts', row],
  ['prose', 'a.md', 'words '.repeat(20)],
])('%s is found when it is too long', (_, file, line) => {
  expect(longLinesOf(file, `short\n${line}\n`)).toEqual([expect.stringMatching(`^${file}:2 `)])
})

test.each([
  ['a table of Markdown', 'a.md', row],
  ['code in Markdown', 'a.md', `\`\`\`\n${'words '.repeat(20)}\n\`\`\``],
  ['a list item of one token', 'a.md', `  - <${endless}>`],
  ['a comment of one token', 'a.ts', ` * ${endless}`],
])('%s may be longer', (_, file, line) => {
  expect(longLinesOf(file, `short\n${line}\n`)).toEqual([])
})

function longLines(file: string): string[] {
  return longLinesOf(file, readFileSync(file, 'utf8'))
}

function longLinesOf(file: string, text: string): string[] {
  const isMarkdown = file.endsWith('.md')
  const isExempt = (line: string) => (isMarkdown && isTableRow(line)) || isOneToken(line)
  // Code to copy stays as it works, with as many lines as before.
  const read = isMarkdown ? text.replace(/^ *```.*?^ *```$/gms, (code) => code.replace(/.+/g, '')) : text
  return read
    .split('\n')
    .map((line, index) => ({ line, at: `${file}:${index + 1}` }))
    .filter(({ line }) => [...line].length > longest && !isExempt(line))
    .map(({ line, at }) => `${at} has ${[...line].length} columns`)
}

function isTableRow(line: string): boolean {
  return /^\s*\|/.test(line)
}

// Such as a URL, after the mark of a comment, of a list or of a key.
function isOneToken(line: string): boolean {
  return /^\s*(?:(?:\/\/+|\*|#|-|>|\w+:)\s+)?\S+$/.test(line)
}
