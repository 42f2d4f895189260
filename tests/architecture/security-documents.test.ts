import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// What the standards of security ask, a row for each recommendation: what it is, how Baton keeps it, and the
// tests that do. A test is named by its title in the source and its file: *“title”* (`tests/x.test.ts`).

const documents = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'docs/security/*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file))
const read = (file: string) => readFileSync(file, 'utf8')

const heading = '| recommendation (section; level) | how Baton keeps it | test |'
const name = /\*“([^”]+)”\* \(`([^`]+)`\)/g
const reason = /^Not (?:kept|yet|applicable)\b/

type Row = { recommendation: string; how: string; tests: string }

/** The rows of a document's table of recommendations. */
function rowsOf(text: string): Row[] {
  const [, table = ''] = text.split(`${heading}\n`)
  const lines = table.slice(0, table.search(/^(?!\|)/m)).split('\n')
  return lines
    .filter((line) => line !== '' && !/^\|(?:-+\|)+$/.test(line))
    .map((line) => {
      const [, recommendation = '', how = '', tests = '', end] = line.split('|').map((cell) => cell.trim())
      // A cell too many or too few would be read as another one.
      return end === '' && line.split('|').length === 5
        ? { recommendation, how, tests }
        : { recommendation: line, how: '', tests: '' }
    })
}

/** What is wrong with a row; `undefined` for nothing. `textOf` gives the text of a test file. */
function faultOf(
  { recommendation, how, tests }: Row,
  textOf: (file: string) => string = sourceOf,
): string | undefined {
  const named = [...tests.matchAll(name)].map(([, title = '', file = '']) => ({ title, file }))
  if (recommendation === '' || how === '') return 'it has an empty cell'
  if (tests.replaceAll(name, '').replaceAll(/[;\s]/g, '') !== '') return 'its last cell is no list of tests'
  if (reason.test(how)) return named.length > 0 ? 'it is not kept, and has tests' : undefined
  if (named.length === 0) return 'it has neither a test nor a reason'
  const missing = named.find(({ title, file }) => !hasTest(textOf(file), title))
  return missing && `${missing.file} has no test “${missing.title}”`
}

// Whole, as the source writes it, and not as a part of another title.
function hasTest(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote},`))
}

function sourceOf(file: string): string {
  return /^tests\/.*\.test\.ts$/.test(file) && existsSync(file) ? read(file) : ''
}

test('the documents and rows that the rules speak of are really found', () => {
  expect(documents).toEqual(
    expect.arrayContaining(['rfc10017', 'rfc10027', 'rfc9700'].map((rfc) => `docs/security/${rfc}.md`)),
  )
  for (const file of documents) expect(rowsOf(read(file)).length, file).toBeGreaterThan(25)
})

test('every row has tests, or begins with why the recommendation is not kept', () => {
  const faults = documents.flatMap((file) =>
    rowsOf(read(file)).flatMap((row) => {
      const fault = faultOf(row)
      return fault === undefined ? [] : [`${file}: ${row.recommendation}: ${fault}`]
    }),
  )
  expect(faults).toEqual([])
})

test('no test is named outside of the rows, where nobody would look for it', () => {
  for (const file of documents) {
    const text = read(file)
    const named = rowsOf(text).flatMap(({ tests }) => [...tests.matchAll(name)])
    expect([...text.matchAll(/\*“/g)].length, file).toBe(named.length)
  }
})

test('the risk assessment of RFC 10027 stands before its table', () => {
  const text = read('docs/security/rfc10027.md')
  const [before = ''] = text.split(heading)
  expect(before).toMatch(/^## Risk assessment$/m)
  expect(before).toContain('session phishing')
  expect(before.length).toBeLessThan(text.length)
})

const source = `test('one title, whole', () => {})\ntest.for([1])("it's %s", () => {})`
const one = '*“one title, whole”* (`tests/a.test.ts`)'

function faultsOf(how: string, tests: string) {
  const row = `| Do it (1; must) | ${how} | ${tests} |`
  const rows = rowsOf(`text\n\n${heading}\n|---|---|---|\n${row}\n\ntext\n`)
  return rows.map((each) => faultOf(each, () => source))
}

test.each([
  ['a test', 'by this', one],
  ['several tests', 'by these', `${one}; *“it's %s”* (\`tests/b.test.ts\`)`],
  ['a reason', 'Not kept: it costs too much', ''],
  ['a later time', 'Not yet: it will be', ''],
  ['no meaning here', 'Not applicable: there is none', ''],
])('a row with %s is as it should be', (_, how, tests) => {
  expect(faultsOf(how, tests)).toEqual([undefined])
})

test.each([
  ['a test of another name', 'by this', one.replace('whole', 'in part')],
  ['a part of a title', 'by this', one.replace(', whole', '')],
  ['a title without its file', 'by this', '*“one title, whole”*'],
  ['words for a test', 'by this', 'the tests of it'],
  ['neither test nor reason', 'by this', ''],
  ['both', 'Not kept: it costs too much', one],
  ['no word of how', '', one],
  ['a cell too many', 'by this | and that', one],
])('a row with %s is a fault', (_, how, tests) => {
  expect(faultsOf(how, tests)).toEqual([expect.any(String)])
})

test('a file that is no test, or that is not there, has none', () => {
  for (const file of ['tests/none.test.ts', 'README.md', '../x.test.ts'])
    expect(sourceOf(file), file).toBe('')
})
