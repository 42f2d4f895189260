import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { iconOf } from '#lib/config/provider-icon.ts'
import { organisationTypes, publicServices } from '#lib/config/public-services.ts'

const types = Object.keys(JSON.parse(readFileSync('lib/config/provider-icons.json', 'utf8')))

test('icons are of types that there are', () => {
  const known = [...Object.keys(publicServices), ...organisationTypes]
  expect(types.filter((type) => !known.includes(type))).toEqual([])
})

test.each(types)('the icon of %s is one path and small', (type) => {
  expect(iconOf(type)).toMatch(/^[Mm][\d.,\s\-A-Za-z]+$/)
  expect(iconOf(type)?.length).toBeLessThan(1500)
})

test.each(['oidc', 'oauth2', 'constructor', ''])('%j has none', (type) => {
  expect(iconOf(type)).toBeUndefined()
})
