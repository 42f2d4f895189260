import { faultsOf, type Seen } from './check-answer.ts'
import { operationOf, operations } from './description.ts'

/** Compares answers with the description, and keeps which of it has been seen. */
export class OpenApiRecord {
  readonly #seen = new Map<string, Set<number>>()
  readonly #faults: string[] = []

  /** Notes the answer to a request; one to a method that is not described there has to be 405, or 404. */
  note(method: string, path: string, seen: Seen): void {
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
}
