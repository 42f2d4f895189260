import { z } from 'zod'

/** A JSON Schema (draft 2020-12), as far as the description has any. */
export type JsonSchema = {
  $ref?: string
  title?: string
  description?: string
  type?: string | string[]
  format?: string
  pattern?: string
  enum?: unknown[]
  const?: unknown
  examples?: unknown[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  additionalProperties?: boolean | JsonSchema
}

const components = '#/components/schemas/'

/** Turns schemas of zod into JSON Schemas, and keeps those with an id as components of the document. */
export class Schemas {
  readonly #named = new Map<string, JsonSchema>()

  /**
   * A schema as the document has it. What Baton answers (`output`) has no other members than these; what it
   * takes (`input`) may have.
   */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    // Within another one, a schema with an id becomes a reference as well.
    const { $defs = {}, properties } = this.#write(z.object({ it: schema }), io)
    for (const [id, named] of Object.entries($defs)) this.#named.set(id, named)
    return properties?.it as JsonSchema
  }

  /** The components, by their names. */
  all(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#named].toSorted(([one], [other]) => (one < other ? -1 : 1)))
  }

  #write(schema: z.ZodType, io: 'input' | 'output') {
    const written = z.toJSONSchema(schema, {
      io,
      override: ({ zodSchema, jsonSchema }) => {
        delete jsonSchema.id
        // The pattern of an id or a time is long, and its format says the same.
        if (jsonSchema.format !== undefined) delete jsonSchema.pattern
        if (zodSchema instanceof z.ZodNumber) delete jsonSchema.maximum
      },
    })
    const text = JSON.stringify(written).replaceAll('"#/$defs/', `"${components}`)
    return JSON.parse(text) as JsonSchema & { $defs?: Record<string, JsonSchema> }
  }
}
