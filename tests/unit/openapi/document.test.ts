import { readFile } from 'node:fs/promises'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { apiDocs } from '../../../scripts/openapi/api-docs.ts'
import { openApiDocument } from '../../../scripts/openapi/document.ts'
import { openApiYaml } from '../../../scripts/openapi/yaml.ts'

const document = openApiDocument()
const yaml = openApiYaml(document)

test.each([
  ['docs/openapi.yaml', yaml],
  ['docs/api.md', apiDocs(document)],
])('%s is what the description says: `npm run docs:openapi` writes it', async (file, written) => {
  expect(await readFile(file, 'utf8')).toBe(written)
})

/** What the linter says by its recommended rules. */
async function problemsOf(source: string): Promise<string[]> {
  // A form leads on by a redirect, so some operations have no success of 2xx.
  const rules = { 'operation-2xx-response': 'off' } as const
  const config = await createConfig({ extends: ['recommended'], rules })
  const problems = await lintFromString({ source, absoluteRef: 'openapi.yaml', config })
  return problems.map(({ ruleId, message, location: [at] }) => `${ruleId} ${at?.pointer}: ${message}`)
}

test('the linter has nothing to say', async () => {
  expect(await problemsOf(yaml)).toEqual([])
})

test.each([
  [
    'an example that is not as its schema says',
    'state: asking\n',
    'state: begging\n',
    'no-invalid-schema-examples',
  ],
  ['a reference to nothing', 'schemas/IssuedNonce"', 'schemas/Nothing"', 'no-unresolved-refs'],
  [
    'an operation that two addresses have',
    'operationId: revoke\n',
    'operationId: introspect\n',
    'operationId-unique',
  ],
])('the linter finds %s', async (_, right, wrong, rule) => {
  const problems = await problemsOf(yaml.replace(right, wrong))
  expect(problems).toEqual(expect.arrayContaining([expect.stringContaining(rule)]))
})
