import { parseObject } from './parse-object.ts'

/** The answer of the token service as Baton got it. What it holds is not shown where it is printed or turned to JSON. */
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

  /** The bytes as they came, a copy. */
  get rawBytes(): Uint8Array {
    return this.#bytes.slice()
  }

  /** The bytes as UTF-8, with U+FFFD for what is none. */
  get rawString(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes)
  }

  /** The JSON object that it is, or `undefined`. */
  get json(): Record<string, unknown> | undefined {
    return parseObject(new TextDecoder().decode(this.#bytes))
  }

  /** A member of the JSON object, or `undefined` when there is none or it is no text. */
  getString(name: string): string | undefined {
    const value = this.json?.[name]
    return typeof value === 'string' ? value : undefined
  }

  /** A member of the JSON object, or `undefined` when there is none or it is no integer that a number can hold. */
  getInt(name: string): number | undefined {
    const value = this.json?.[name]
    return Number.isSafeInteger(value) ? (value as number) : undefined
  }
}
