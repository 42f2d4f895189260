import { endpoints } from '#lib/endpoints/all.ts'
import { type Endpoint, type Method, methodsOf } from '#lib/endpoints/endpoint.ts'
import type { Address, Nothing } from './description.ts'

const reading: readonly Method[] = ['GET', 'HEAD']

/** The methods that a row answers: those of its handlers, reading alone where Next renders it, preflights. */
function methodsAt({ answer, onNode, cors }: Endpoint): readonly Method[] {
  const handlers = onNode ?? answer
  const own = handlers ? methodsOf(handlers) : reading
  return cors && !own.includes('OPTIONS') ? [...own, 'OPTIONS'] : own
}

/** The row of the table that an address belongs to. Throws when there is none. */
export function rowOf({ path, row = path }: Address): Endpoint {
  const found = endpoints.find((endpoint) => endpoint.path === row)
  if (!found) throw new Error(`${path} is described, and the table of endpoints has no row ${row}`)
  return found
}

/**
 * Throws when a method of the table of endpoints is not described, or one is described that the table does
 * not have.
 */
export function requireWhole(addresses: readonly Address[], nothing: readonly Nothing[]): void {
  const described = new Set([
    ...addresses.flatMap((address) =>
      methodsOfAddress(address).map((method) => nameOf(rowOf(address), method)),
    ),
    ...nothing.flatMap(({ row, methods }) => methods.map((method) => nameOf({ path: row }, method))),
  ])
  const there = new Set(endpoints.flatMap((row) => methodsAt(row).map((method) => nameOf(row, method))))
  const faults = [
    ...[...there].filter((name) => !described.has(name)).map((name) => `${name} is not described`),
    ...[...described].filter((name) => !there.has(name)).map((name) => `${name} is described, and not there`),
  ]
  if (faults.length > 0) throw new Error(`scripts/openapi:\n${faults.join('\n')}`)
}

/** The methods of an address that are described, and those that follow from its row. */
export function methodsOfAddress(address: Address): Method[] {
  const own = Object.keys(address.operations) as Method[]
  const row = rowOf(address)
  const there = methodsAt(row)
  const follow: Method[] = []
  if (address.operations.GET && there.includes('HEAD')) follow.push('HEAD')
  // A row with one handler for all methods has no preflights of its own.
  if (typeof (row.onNode ?? row.answer) !== 'function' && there.includes('OPTIONS')) follow.push('OPTIONS')
  return [...own, ...follow.filter((method) => !own.includes(method))]
}

function nameOf({ path }: Pick<Endpoint, 'path'>, method: Method): string {
  return `${method} ${path}`
}
