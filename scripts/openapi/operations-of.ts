import type { Method } from '#lib/endpoints/endpoint.ts'
import type { Address, Operation } from './description.ts'
import type { Schemas } from './json-schema.ts'
import type { Answered, OperationObject } from './open-api.ts'
import { parametersOf } from './parameters.ts'
import { preflight } from './preflight.ts'
import { proofs } from './proofs.ts'
import { methodsOfAddress, rowOf } from './require-whole.ts'
import type { Responses } from './responses.ts'

/** What several operations share. */
type Kept = { schemas: Schemas; responses: Responses }

/** The operations of an address by their methods, those that follow from others included. */
export function operationsOf(address: Address, group: string, kept: Kept): Record<string, OperationObject> {
  const operations = methodsOfAddress(address).map((method): [string, OperationObject] => {
    const own = address.operations[method]
    const made = own ? described(own, method, address, kept) : followed(method, address, kept)
    return [method.toLowerCase(), { tags: [group], ...made }]
  })
  return Object.fromEntries(operations)
}

type Untagged = Omit<OperationObject, 'tags'>

function described(
  operation: Operation,
  method: Method,
  address: Address,
  { schemas, responses }: Kept,
): Untagged {
  const { id, summary, description, standard, proofs: by = ['nobody'] } = operation
  const parameters = parametersOf(address, operation, schemas)
  const body = bodyOf(operation, schemas)
  const byForm = by.includes('clientInForm') && 'Without HTTP Basic the client authenticates by its form.'
  const texts = [description, byForm, standard && `${standard}.`].filter(Boolean)
  return {
    operationId: id,
    summary,
    ...(texts.length > 0 && { description: texts.join('\n\n') }),
    security: by.map((proof) => (proof in proofs ? { [proof]: [] } : {})),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: responses.of(operation, method, rowOf(address)),
  }
}

function bodyOf({ form, json, takesAnything }: Operation, schemas: Schemas): OperationObject['requestBody'] {
  if (takesAnything) return { content: { '*/*': { schema: {} } } }
  const schema = form ?? json
  if (!schema) return undefined
  const mediaType = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const required = !schema.safeParse({}).success
  return { required, content: { [mediaType]: { schema: schemas.of(schema, 'input') } } }
}

function followed(method: Method, address: Address, kept: Kept): Untagged {
  if (method === 'OPTIONS') return preflight.operation(address)
  const get = described(address.operations.GET as Operation, 'GET', address, kept)
  const { operationId, summary, security, parameters, responses } = get
  return {
    operationId: `${operationId}Head`,
    summary: `${summary}, without the body`,
    security,
    ...(parameters && { parameters }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, answer]) => [status, withoutContent(answer)]),
    ),
  }
}

function withoutContent(answer: Answered): Answered {
  if ('$ref' in answer) return { $ref: answer.$ref }
  const { content: _, ...head } = answer
  return head
}
