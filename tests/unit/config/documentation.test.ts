import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { environmentSchema } from '#lib/config/environment.ts'
import { fileSchema } from '#lib/config/file.ts'
import { configDocs } from '../../../scripts/config-docs.ts'
import { configOf } from '../../support/config.ts'

type Property = [path: string, schema: z.ZodType]

/** The properties of a schema with those below them, `backends[].name` for example. */
function propertiesOf(schema: unknown, within = ''): Property[] {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => propertiesOf(option, within))
  if (inner instanceof z.ZodArray) return propertiesOf(inner.element, within.replace(/\.$/, '[].'))
  if (!(inner instanceof z.ZodObject)) return []
  const shape: Record<string, z.ZodType> = inner.shape
  return Object.entries(shape).flatMap(([name, property]): Property[] => [
    [`${within}${name}`, property],
    ...propertiesOf(property, `${within}${name}.`),
  ])
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return unwrapped(schema.unwrap())
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema
}

const examplesOf = (schema: z.ZodType) => (z.globalRegistry.get(schema)?.examples ?? []) as unknown[]

const ofFile = propertiesOf(fileSchema)
const ofEnvironment = propertiesOf(environmentSchema)
const all = [...ofFile, ...ofEnvironment]
const isSecret = ([path]: Property) => /secret/i.test(path) && !path.startsWith('limits.')

test('docs/configuration.md is what the schemas say: `npm run config:schema` writes it', async () => {
  expect(await readFile('docs/configuration.md', 'utf8')).toBe(configDocs())
})

test('the properties that the rules here are about are really found', () => {
  const paths = ofFile.map(([path]) => path)
  expect(paths.length).toBeGreaterThanOrEqual(79)
  for (const path of [
    'backends[].requestHeaders',
    'clients[].handoff.targets',
    'handoff.confirm',
    'trustedIssuers[].idTokenMark.value',
    'trustedProxies',
  ])
    expect(paths).toContain(path)
})

test.each(all)('%s has a description of whole sentences', (_, schema) => {
  expect(z.globalRegistry.get(schema)?.description).toMatch(/^[A-Z`].*[.)]$/)
})

test.each([...ofFile, ...ofEnvironment.filter((property) => !isSecret(property))])(
  '%s has an example, and every example is valid',
  (_, schema) => {
    const examples = examplesOf(schema)
    expect(examples).not.toEqual([])
    for (const example of examples) expect(schema.safeParse(example).error?.issues).toBeUndefined()
  },
)

test.each(all.filter(isSecret))(
  'no documentation gives a secret that somebody could copy: %s',
  (_, schema) => {
    for (const example of examplesOf(schema)) expect(example).toMatch(/^\$\{[A-Z_]+\}$/)
  },
)

const jsonOf = (text: string) =>
  [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']): object => JSON.parse(json))

test.each(jsonOf(configDocs()))('an example of the page is valid by itself: %j', (example) => {
  expect(fileSchema.safeParse(example).error?.issues).toBeUndefined()
})

test('the examples of the page make one configuration that Baton starts with', async () => {
  const file = Object.assign({}, ...jsonOf(configDocs()))
  const names = JSON.stringify(file).matchAll(/\$\{([A-Z_]+)\}/g)
  const env = Object.fromEntries([...names].map(([, name]) => [name, 'a value of the environment']))
  const pictures = [...JSON.stringify(file.branding).matchAll(/"(brand\/[\w.-]+\.svg)"/g)]
  const files = Object.fromEntries(pictures.map(([, path = '']) => [path, '<svg/>']))
  const config = await configOf({ file, env, files })
  expect(Object.keys(file)).toEqual(Object.keys(fileSchema.shape))
  expect(config.providers.map(({ id }) => id)).toEqual(['login', 'github'])
})

test('no line of the page but a table row is longer than 110 columns', () => {
  const lines = configDocs().split('\n')
  expect(lines.filter((line) => line.length > 110 && !line.startsWith('|'))).toEqual([])
})

test('.env.example names the variables of the environment, and no others', async () => {
  const text = await readFile('.env.example', 'utf8')
  const named = [...text.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name)
  // What `npm start` sets, and what Auth.js has for another way to replace a secret, need no line.
  const known = Object.keys(environmentSchema.shape).filter((name) => !/^NODE_ENV$|_\d$/.test(name))
  expect(named.toSorted()).toEqual(known.toSorted())
})
