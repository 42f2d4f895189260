import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { parse } from 'yaml'

type Reference = { $ref: string }
type Header = { required?: boolean; schema: object }
type Response = {
  headers?: Record<string, Header | Reference>
  content?: Record<string, { schema: object }>
}
type Operation = {
  operationId: string
  security: Record<string, string[]>[]
  responses: Record<string, Response | Reference>
}

type Described = { paths: Record<string, Record<string, Operation>> }

/** An operation of the description, and where it is. */
export type FoundOperation = Operation & { path: string; method: string }

const file = 'docs/openapi.yaml'

/** `docs/openapi.yaml` as it is committed, which is what readers go by. */
const described = parse(readFileSync(file, 'utf8')) as Described

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema(described, file)

/** Checks values by the schema at this place of the description. */
export function validatorAt(...place: string[]): ValidateFunction {
  const pointer = place.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')))
  const found = ajv.getSchema(`${file}#/${pointer.join('/')}`)
  if (!found) throw new Error(`${file} has no schema at ${place.join(' ')}`)
  return found
}

/** What a part of the description says, and where it says so. */
export function resolved<Part extends object>(
  part: Part | Reference,
  place: string[],
): { part: Part; place: string[] } {
  if (!('$ref' in part)) return { part, place }
  const target = part.$ref.replace('#/', '').split('/')
  const found = target.reduce<unknown>((within, step) => (within as Record<string, unknown>)[step], described)
  return { part: found as Part, place: target }
}

/** All operations. */
export const operations: readonly FoundOperation[] = Object.entries(described.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ ...operation, path, method })),
)

// What names a path in full goes before what has parameters.
const byLiteral = operations.toSorted((one, other) => parametersIn(one.path) - parametersIn(other.path))

/** The operation that a request is for; `undefined` where the description has none. */
export function operationOf(method: string, path: string): FoundOperation | undefined {
  const [own = ''] = path.split('?')
  return byLiteral.find((each) => each.method === method.toLowerCase() && patternOf(each.path).test(own))
}

function parametersIn(path: string): number {
  return path.split('{').length
}

function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll('.', '\\.')
    .replace('{path}', '.*')
    .replaceAll(/\{\w+\}/g, '[^/]+')
  return new RegExp(`^${pattern}$`)
}
