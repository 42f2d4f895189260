import { z } from 'zod'
import { environmentSchema } from '../lib/config/environment.ts'
import { fileSchema } from '../lib/config/file.ts'

/** A JSON Schema, as far as the configuration uses it. */
export type JsonSchema = {
  title?: string
  description?: string
  type?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  examples?: unknown[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  additionalProperties?: boolean | JsonSchema
}

/**
 * The configuration file's JSON Schema (draft 2020-12), from the zod schema that checks the file at start.
 */
export function configJsonSchema(): JsonSchema {
  return { title: 'Baton configuration', ...jsonSchemaOf(fileSchema) }
}

/** The same for the environment variables. */
export function environmentJsonSchema(): JsonSchema {
  return jsonSchemaOf(environmentSchema)
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const written = z.toJSONSchema(schema, {
    io: 'input',
    // Zod leaves these out of a property that it transforms; here both are what an operator writes.
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {}
      if (Array.isArray(examples)) jsonSchema.examples = examples
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue
    },
  })
  return JSON.parse(JSON.stringify(written))
}
