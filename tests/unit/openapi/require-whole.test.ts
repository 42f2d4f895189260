import { expect, test } from 'vitest'
import { groups, nothing } from '../../../scripts/openapi/catalogue.ts'
import type { Address } from '../../../scripts/openapi/description.ts'
import { requireWhole } from '../../../scripts/openapi/require-whole.ts'

const addresses = groups.flatMap((group) => group.addresses)
const [first, ...others] = addresses as [Address, ...Address[]]

test('the table of endpoints is described, each method of it', () => {
  expect(() => requireWhole(addresses, nothing)).not.toThrow()
})

test('an endpoint that is not described is named', () => {
  expect(() => requireWhole(others, nothing)).toThrow(`POST ${first.path} is not described`)
  expect(() => requireWhole(addresses, nothing.slice(1))).toThrow('GET /api/* is not described')
})

test('so is an address or a method that is not there', () => {
  const strange = { ...first, path: '/api/strange' }
  expect(() => requireWhole([...addresses, strange], nothing)).toThrow('has no row /api/strange')
  const operations = { ...first.operations, ...(first.operations.POST && { PUT: first.operations.POST }) }
  expect(() => requireWhole([{ ...first, operations }, ...others], nothing)).toThrow(
    `PUT ${first.path} is described, and not there`,
  )
})
