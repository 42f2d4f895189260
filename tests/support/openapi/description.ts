import { readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { parse } from 'yaml'

type Reference = { $ref: string }
type Header = { required?: boolean; schema: object }
type Response = {
  headers?: Record<string, Header | Reference>
  content?: Record<string, { schema: object }>
}
type Parameter = { name: string; in: 'path' | 'query' | 'header'; required: boolean }
type Schema = { properties?: Record<string, unknown>; oneOf?: Schema[] }
type Operation = {
  operationId: string
  /** Each is enough, by the name of its scheme; an empty one is nobody. */
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema | Reference }> }
  responses: Record<string, Response | Reference>
}

type SecurityScheme = { type: 'http'; scheme: string } | { type: 'apiKey' }

type Described = {
  components: { securitySchemes: Record<string, SecurityScheme> }
  paths: Record<string, Record<string, Operation>>
}

/** An operation of the description, and where it is. */
export type FoundOperation = Operation & { path: string; method: string }

const file = 'docs/openapi.yaml'

/** `docs/openapi.yaml` as it is committed, which is what readers go by. */
const described = parse(readFileSync(file, 'utf8')) as Described

/** The proofs by their names. */
export const securitySchemes: Partial<Record<string, SecurityScheme>> = described.components.securitySchemes

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

/** What a schema says of a value that it does not take. */
export function wordsOf(errors: ErrorObject[] | null | undefined): string {
  return (errors ?? [])
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
    .join('; ')
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

/** The parameters of a path of this description, by their names. */
export function parametersOfPath(described: string, path: string): Record<string, string> {
  return { ...patternOf(described).exec(path)?.groups }
}

function parametersIn(path: string): number {
  return path.split('{').length
}

function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll('.', '\\.')
    .replace('{path}', '(?<path>.*)')
    .replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return new RegExp(`^${pattern}$`)
}
