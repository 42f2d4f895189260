import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ErrorCode, OAuthError } from '#lib/oauth/error.ts'
import { type EventName, events } from '#lib/telemetry/events.ts'
import { helpOn, helpOnStart } from '#lib/telemetry/help.ts'
import { refusalsInSources } from '../support/refusals.ts'
import { sources, textOf } from './imports.ts'

const page = readFileSync('docs/troubleshooting.md', 'utf8')
const sections = new Map(
  page
    .split(/^(?=#{2,3} )/m)
    .slice(1)
    .map((text) => [anchorOf(/^#+ (.+)/.exec(text)?.[1] ?? ''), text]),
)
const refusals = refusalsInSources()
const codes = new Set(refusals.map(({ code }) => code))
const statuses = /Status (\d{3})/

/** As the repository host makes them of headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-')
}

/** The descriptions that a section explains; lines end anywhere. */
const explained = (code: string) =>
  [...(sections.get(code) ?? '').matchAll(/\*\*([^*]+)\*\*/g)].map(([, words = '']) =>
    words.replaceAll(/\s+/g, ' '),
  )

test('the sources have the refusals that these tests are about', () => {
  expect(refusals.length).toBeGreaterThan(100)
  expect(refusals).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ code: 'invalid_request', description: 'a parameter is repeated' }),
      expect.objectContaining({ code: 'invalid_request', description: 'the path has a dot segment' }),
      expect.objectContaining({
        code: 'misdirected_request',
        description: 'this server is …; it serves no other host',
      }),
      expect.objectContaining({ code: 'invalid_target', description: 'name one resource' }),
      expect.objectContaining({
        code: 'temporarily_unavailable',
        description: 'the database takes no writes',
      }),
    ]),
  )
})

test.each([...codes])(
  'each description of %s is explained under its heading, and nothing else is',
  (code) => {
    const described = new Set(
      refusals.filter((refusal) => refusal.code === code).map((each) => each.description),
    )
    expect(explained(code).toSorted()).toEqual([...described].toSorted())
  },
)

test.each([...codes].filter((code) => statuses.test(sections.get(code) ?? '')))(
  'the status of %s is the one that it has',
  (code) => {
    const status = statuses.exec(sections.get(code) ?? '')?.[1]
    const library = { invalid_target: 400 }[code]
    expect(status).toBe(String(library ?? new OAuthError(code as ErrorCode, '').status))
  },
)

const explainedEvents = Object.keys(events).filter((name) => events[name as EventName].isExplained)

test.each(explainedEvents)('a line of %s leads to a heading that is there', (name) => {
  for (const fields of [{ code: 'invalid_grant' }, { database: '57P01' }, {}]) {
    const [file, anchor = ''] = helpOn(name as EventName, fields).split('#')
    expect(file).toBe('docs/troubleshooting.md')
    expect(sections.has(anchor)).toBe(true)
  }
})

test('every code leads to a heading that is there', () => {
  expect(
    [...codes].filter((code) => helpOn('request.refused', { code }) !== `docs/troubleshooting.md#${code}`),
  ).toEqual([])
  expect([...codes].filter((code) => !sections.has(code))).toEqual([])
})

test('every heading of a log line is one that a line leads to', () => {
  const headings = page.slice(page.indexOf('\n## Log lines')).matchAll(/^### (.+)$/gm)
  const led = new Set(explainedEvents.map((name) => helpOn(name as EventName).split('#')[1]))
  expect(
    [...headings].map(([, heading = '']) => anchorOf(heading)).filter((anchor) => !led.has(anchor)),
  ).toEqual([])
})

test('a start that fails leads to a heading that is there', () => {
  expect(sections.has(helpOnStart.split('#')[1] ?? '')).toBe(true)
})

test('every title of a page that is explained is one of a page', () => {
  const rows = [...(sections.get('pages') ?? '').matchAll(/^\| ([^|]+) \|/gm)].map(([, title]) => title)
  const titles = rows.filter((title) => title !== 'title' && !title?.startsWith('Any other'))
  expect(titles.length).toBeGreaterThan(4)
  const pages = sources
    .filter((file) => /^(app|views|components)\//.test(file))
    .map(textOf)
    .join('\n')
  const messages = readFileSync('messages/en.json', 'utf8')
  expect(
    titles.filter(
      (title) =>
        !pages.includes(`title="${title}"`) &&
        !pages.includes(`'${title}'`) &&
        !messages.includes(`itle": ${JSON.stringify(title)}`),
    ),
  ).toEqual([])
})
