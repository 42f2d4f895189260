import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { eventFields } from '#lib/telemetry/event-fields.ts'
import { events } from '#lib/telemetry/events.ts'
import { eventDocs } from '../../../scripts/event-docs.ts'

test('docs/operations/events.md is what the catalogue says: `npm run docs:events` writes it', async () => {
  expect(await readFile('docs/operations/events.md', 'utf8')).toBe(eventDocs())
})

test('every field that is explained is one of an event', () => {
  const used = new Set(Object.values(events).flatMap(({ fields }): readonly string[] => fields))
  expect(Object.keys(eventFields).toSorted()).toEqual([...used].toSorted())
})
