import type { z } from 'zod'
import type { Address, Operation } from './description.ts'
import type { Schemas } from './json-schema.ts'
import type { Parameter } from './open-api.ts'

/** The parameters of an operation: of its path, its query and its headers. */
export function parametersOf(
  { parameters = {} }: Pick<Address, 'parameters'>,
  { query, headers }: Pick<Operation, 'query' | 'headers'>,
  schemas: Schemas,
): Parameter[] {
  return [
    ...Object.entries(parameters).map(([name, schema]) => parameter('path', name, schema, schemas)),
    ...fieldsOf(query).map(([name, schema]) => parameter('query', name, schema, schemas)),
    ...fieldsOf(headers).map(([name, schema]) => parameter('header', name, schema, schemas)),
  ]
}

function parameter(place: Parameter['in'], name: string, zod: z.ZodType, schemas: Schemas): Parameter {
  const { description, ...schema } = schemas.of(zod, 'input')
  const required = place === 'path' || !zod.safeParse(undefined).success
  return { name, in: place, required, ...(description !== undefined && { description }), schema }
}

function fieldsOf(schema: z.ZodObject | undefined): [string, z.ZodType][] {
  return Object.entries(schema?.shape ?? {}) as [string, z.ZodType][]
}
