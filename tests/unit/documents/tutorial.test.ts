import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configOf } from '../../support/config.ts'
import { readSteps } from '../../support/tutorial/read-steps.ts'
import { isSame, isShown } from '../../support/tutorial/shown.ts'
import { secretsOf, withSection } from '../../support/tutorial/with-section.ts'

// `tests/deploy/tutorial.test.ts` does all that the tutorial says. This is what can be known without.

const steps = readSteps(readFileSync('docs/tutorial.md', 'utf8')).flatMap((section) => section.steps)
const files = (name: string) =>
  steps.flatMap((step) => (step.kind === 'write' && step.file === name ? [step.text] : []))
const configs = files('baton.config.json')

test('Baton starts with each configuration of the tutorial, which grows', async () => {
  const read = await Promise.all(configs.map((file) => configOf({ file, env: secretsOf(file) })))
  expect(
    read.map(({ providers, backends, clients }) => [providers, backends, clients].map((all) => all.length)),
  ).toEqual([
    [1, 0, 0],
    [1, 1, 0],
    [1, 1, 1],
  ])
})

test('Baton starts with each provider that a reader may have instead', async () => {
  const others = steps.filter((step) => step.kind === 'alternative')
  expect(others.map(({ section, text }) => [section, JSON.parse(text)[0].type])).toEqual([
    ['providers', 'keycloak'],
    ['providers', 'microsoft-entra-id'],
  ])
  for (const { section, text } of others)
    await expect(configOf(withSection(configs[0] ?? '', section, text))).resolves.toBeDefined()
})

test('what the reader installs are the versions that are tested here', () => {
  const own = JSON.parse(readFileSync('package.json', 'utf8'))
  const { '@baton/resource-server': server, ...others } = JSON.parse(
    files('package.json')[0] ?? '',
  ).dependencies
  expect(server).toBe('file:baton/packages/resource-server')
  const tested = { ...own.dependencies, ...own.devDependencies }
  expect(Object.entries(others).filter(([name, version]) => tested[name] !== version)).toEqual([])
  expect(Object.keys(others)).toEqual(['express', 'jose', 'openid-client'])
})

test.each([
  [
    'a language that is not known',
    '## 1\n\n```python\nprint(1)\n```\n',
    'a block of no known kind: ```python',
  ],
  [
    'a shell block with another word',
    '## 1\n\n```sh later\nls\n```\n',
    'a block of no known kind: ```sh later',
  ],
  ['a block in a list', '## 1\n\n- so:\n\n  ```sh\n  ls\n  ```\n', 'nobody does this:   ```sh'],
  ['another kind of fence', '## 1\n\n~~~sh\nls\n~~~\n', 'nobody does this: ~~~sh'],
  ['a list of another form', '## 1\n\n1) Press **Go**.\n', 'nobody does this: 1) Press **Go**.'],
  ['a name of a file without its block', '## 1\n\n**`a.js`**\n\nSo:\n', 'nobody does this: **`a.js`**'],
  [
    'a sentence that nobody can do',
    '## 1\n\n1. Press **Go**. Wait.\n',
    'nobody does what this sentence says: Wait.',
  ],
  ['a step before the first heading', '```sh\nls\n```\n', 'something to do stands before the first heading'],
])('a tutorial with %s is not taken for one that is run', (_, document, fault) => {
  expect(() => readSteps(document)).toThrow(fault)
})

test('a step goes on in the next lines of its item', () => {
  const [section] = readSteps('## 1\n\n1. Press **Sign\n   in**. You see **Out?** Press **Out**.\n')
  expect(section?.steps).toEqual([
    {
      kind: 'browse',
      sentences: [
        { does: 'press', name: 'Sign in' },
        { does: 'see', text: 'Out?' },
        { does: 'press', name: 'Out' },
      ],
    },
  ])
})

test('what is left out stands for anything, and nothing else does', () => {
  expect(isShown('one\n…\nfour', 'one\ntwo\nthree\nfour\n')).toBe(true)
  expect(isShown('o.e', 'one')).toBe(false)
  expect(isShown('one\n…\nfive', 'one\ntwo\nthree\nfour\n')).toBe(false)
  expect(isSame({ a: ['x', { b: 'is …' }] }, { a: ['x', { b: 'is so' }] })).toBe(true)
  expect(isSame({ a: 'x' }, { a: 'x', b: 'y' })).toBe(false)
  expect(isSame({ a: 'x', b: 'y' }, { a: 'x' })).toBe(false)
  expect(isSame(['x'], ['xy'])).toBe(false)
  expect(isSame(401, 401)).toBe(true)
  expect(isSame(401, 403)).toBe(false)
})
