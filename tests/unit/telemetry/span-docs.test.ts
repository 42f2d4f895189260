import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { spanAttributes } from '#lib/telemetry/span-attributes.ts'
import { spans } from '#lib/telemetry/spans.ts'
import { spanDocs } from '../../../scripts/span-docs.ts'

test('docs/operations/traces.md is what the catalogue says: `npm run docs:traces` writes it', async () => {
  expect(await readFile('docs/operations/traces.md', 'utf8')).toBe(spanDocs())
})

test('every attribute that is explained is one of a span', () => {
  const used = new Set(Object.values(spans).flatMap(({ attributes }): readonly string[] => attributes))
  expect(Object.keys(spanAttributes).toSorted()).toEqual([...used].toSorted())
})
