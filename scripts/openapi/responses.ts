import type { Endpoint, Method } from '#lib/endpoints/endpoint.ts'
import type { Answer, Operation } from './description.ts'
import { references } from './headers.ts'
import { ofCallers } from './headers-of-callers.ts'
import type { Schemas } from './json-schema.ts'
import type { Answered, MediaType, Reference, Response } from './open-api.ts'
import { type Reasons, type Refused, refusalsOf, refusedWith } from './refusals.ts'

/** The responses of operations; those of refusals are components of the document, as many have the same. */
export class Responses {
  readonly #schemas: Schemas
  readonly #named = new Map<string, Response>()
  readonly #names = new Map<string, string>()

  constructor(schemas: Schemas) {
    this.#schemas = schemas
  }

  /** All responses of an operation, by their status. */
  of(operation: Operation, method: Method, row: Endpoint): Record<string, Answered> {
    const refusals = refusalsOf(operation, method, row)
    const statuses = [...Object.keys(operation.answers).map(Number), ...refusals.keys()]
    const found: [string, Answered][] = [...new Set(statuses)]
      .toSorted((one, other) => one - other)
      .map((status) => [String(status), this.#at(status, operation, refusals.get(status), row)])
    if (operation.passesOn) found.push(['default', passedOn(operation, row)])
    return Object.fromEntries(found)
  }

  /** The components, by their names. */
  all(): Record<string, Response> {
    return Object.fromEntries([...this.#named].toSorted(([one], [other]) => (one < other ? -1 : 1)))
  }

  #at(status: number, operation: Operation, reasons: Reasons | undefined, row: Endpoint): Answered {
    const answer = operation.answers[status]
    const refused = reasons && refusedWith(status, reasons, operation, row)
    if (!answer) return this.#shared(status, operation.id, refused as Refused)
    const own = this.#answered(answer, operation, row)
    if (!refused) return own
    // Both have this status: a page that says so, or an error.
    return {
      description: `${answer.description} ${refused.description}`,
      headers: { ...refused.headers, ...own.headers },
      content: { ...own.content, ...refused.content },
    }
  }

  #answered(answer: Answer, operation: Operation, row: Endpoint): Response {
    const { description, headers: own = [], json, html, mediaType, fileTypes = [], example } = answer
    const isNeverKept = row.headers?.['Cache-Control'] !== undefined
    const content: Record<string, MediaType> = {}
    if (json) content[mediaType ?? 'application/json'] = { schema: this.#schemas.of(json, 'output') }
    else if (mediaType === '*/*') content[mediaType] = { schema: {} }
    else if (mediaType) content[mediaType] = { schema: { type: 'string' }, ...(example && { example }) }
    for (const type of fileTypes) content[type] = { schema: {} }
    if (html) content['text/html'] = { schema: { type: 'string' } }
    return {
      description,
      headers: references([
        ...own,
        ...(isNeverKept ? (['noStore'] as const) : []),
        ...ofCallers(operation, row),
      ]),
      ...(Object.keys(content).length > 0 && { content }),
    }
  }

  // Most refusals are the same at several operations, but for the reasons.
  #shared(status: number, id: string, { codes, kind, ...response }: Refused): Reference {
    const { description, ...same } = response
    const key = JSON.stringify([status, same])
    const short = `${status}.${codes.join('.')}${kind}`
    const isFree = codes.length <= 2 && !this.#named.has(short)
    const name = this.#names.get(key) ?? (isFree ? short : `${id}.${status}`)
    const named = this.#named.get(name) ?? response
    this.#names.set(key, name)
    this.#named.set(name, named)
    return {
      $ref: `#/components/responses/${name}`,
      ...(description !== named.description && { description }),
    }
  }
}

function passedOn(operation: Operation, row: Endpoint): Response {
  const [answer] = Object.values(operation.answers)
  return {
    description: 'Any other status that the other server answers.',
    headers: references([...(answer?.headers ?? []), ...ofCallers(operation, row)]),
    content: { '*/*': { schema: {} } },
  }
}
