import type { JsonSchema } from './json-schema.ts'
import type { proofs } from './proofs.ts'

// OpenAPI 3.1, as far as the description uses it.

export type Reference = { $ref: string; description?: string }

export type MediaType = { schema: JsonSchema; example?: string }

export type Response = {
  description: string
  headers: Record<string, Reference>
  content?: Record<string, MediaType>
}

/** A response of an operation, here or by its name. */
export type Answered = Response | Reference

export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
}

export type OperationObject = {
  tags: string[]
  operationId: string
  summary: string
  description?: string
  /** Each is enough; an empty one is nobody. */
  security: Partial<Record<keyof typeof proofs, string[]>>[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, MediaType> }
  responses: Record<string, Answered>
}

export type Document = {
  openapi: string
  info: Record<string, unknown> & { version: string; description: string }
  servers: object[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, OperationObject>>
  components: {
    securitySchemes: typeof proofs
    headers: Record<string, { description: string; required: boolean; schema: JsonSchema }>
    responses: Record<string, Response>
    schemas: Record<string, JsonSchema>
  }
}

/** What a reference to a component leads to. */
export function nameIn({ $ref }: Reference): string {
  return $ref.slice($ref.lastIndexOf('/') + 1)
}
