import { parseObject } from './parse-object.ts'

/**
 * The token service's answer as Baton received it. Printing it or turning it into JSON does not reveal its
 * content.
 */
export class Token {
  readonly status: number
  readonly contentType: string | undefined
  readonly #bytes: Uint8Array

  constructor({
    status,
    contentType,
    bytes,
  }: {
    status: number
    contentType?: string | undefined
    bytes: Uint8Array
  }) {
    this.status = status
    this.contentType = contentType
    this.#bytes = bytes
  }

  /** The bytes as received, copied. */
  get rawBytes(): Uint8Array {
    return this.#bytes.slice()
  }

  /** The bytes as UTF-8, with U+FFFD for invalid sequences. */
  get rawString(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes)
  }

  /** The answer as a JSON object, or `undefined` when it is not one. */
  get json(): Record<string, unknown> | undefined {
    return parseObject(new TextDecoder().decode(this.#bytes))
  }

  /** A string member of the JSON object, or `undefined`. */
  getString(name: string): string | undefined {
    const value = this.json?.[name]
    return typeof value === 'string' ? value : undefined
  }

  /**
   * An integer member of the JSON object, or `undefined`. An integer beyond what a number holds exactly is
   * `undefined` too.
   */
  getInt(name: string): number | undefined {
    const value = this.json?.[name]
    return Number.isSafeInteger(value) ? (value as number) : undefined
  }
}
