import { z } from 'zod'
import { fileSchema } from './file.ts'

type Schema = {
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  additionalProperties?: boolean | Schema
}

/** The keys that the configuration file may have at a path. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  const whole = z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }) as Schema
  const found = path.reduce<Schema[]>((at, key) => at.flatMap((schema) => below(schema, key)), [whole])
  return found.flatMap((schema) => variants(schema).flatMap(({ properties = {} }) => Object.keys(properties)))
}

function below(schema: Schema, key: PropertyKey): Schema[] {
  return variants(schema).flatMap(({ items, properties, additionalProperties }) => {
    if (typeof key === 'number') return items ?? []
    const own = properties?.[String(key)]
    return own ?? (typeof additionalProperties === 'object' ? additionalProperties : [])
  })
}

function variants(schema: Schema): Schema[] {
  return schema.anyOf ? schema.anyOf.flatMap(variants) : [schema]
}
