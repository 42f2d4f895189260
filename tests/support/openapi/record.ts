import { faultsOf, type Seen } from './check-answer.ts'
import { namesIn, namesOf, requestFaultsOf, type Sent } from './check-request.ts'
import { type FoundOperation, operationOf, operations } from './description.ts'

/** Compares answers with the description, and keeps which of it has been seen. */
export class OpenApiRecord {
  readonly #seen = new Map<string, Set<number>>()
  readonly #sent = new Map<string, Set<string>>()
  readonly #faults: string[] = []

  /** Notes the answer to a request; one to a method that is not described there has to be 405, or 404. */
  note(method: string, sent: Sent, seen: Seen): void {
    const { path } = sent
    const operation = operationOf(method, path)
    const request = `${method} ${path.split('?')[0]}`
    if (!operation) {
      if (seen.status !== 405 && seen.status !== 404)
        this.#faults.push(`${request} is not described: ${seen.status}`)
      return
    }
    const statuses = this.#seen.get(operation.operationId) ?? new Set()
    this.#seen.set(operation.operationId, statuses.add(seen.status))
    this.#faults.push(...faultsOf(operation, seen).map((fault) => `${request} ${seen.status}: ${fault}`))
    if (seen.status < 400) this.#noteTaken(operation, sent, seen.status)
  }

  // What is refused may be anything; what is taken is as described.
  #noteTaken(operation: FoundOperation, sent: Sent, status: number): void {
    const { operationId } = operation
    const faults = requestFaultsOf(operation, sent, status)
    this.#faults.push(...faults.map((fault) => `${operationId} takes what is not described: ${fault}`))
    const names = this.#sent.get(operationId) ?? new Set()
    this.#sent.set(operationId, names.union(new Set(namesIn(operation, sent))))
  }

  /** In what the answers so far differ from the description, each once; forgets them. */
  takeFaults(): string[] {
    return [...new Set(this.#faults.splice(0))]
  }

  /**
   * Statuses of operations that nobody was answered with. HEAD answers as GET: one success is enough.
   */
  unseen(): string[] {
    return operations.flatMap(({ operationId, method, responses }) => {
      const seen = this.#seen.get(operationId) ?? new Set()
      const statuses = Object.keys(responses).map(Number).filter(Number.isInteger)
      if (method === 'head' && [...seen].some((status) => status < 400)) return []
      return statuses.filter((status) => !seen.has(status)).map((status) => `${operationId} ${status}`)
    })
  }

  /** Parameters and fields that no request had that was taken. HEAD takes what GET does. */
  unsent(): string[] {
    return operations.flatMap((operation) => {
      const { operationId, method } = operation
      const sent = this.#sent.get(operationId)
      const names = method === 'head' ? [] : namesOf(operation)
      return names.filter((name) => !sent?.has(name)).map((name) => `${operationId} ${name}`)
    })
  }
}
