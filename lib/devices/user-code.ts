import { randomInt } from 'node:crypto'
import { sha256 } from '#lib/crypto/digest.ts'

/** Consonants alone, so that no code is a word or looks like a number. RFC 8628, section 6.1. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
const length = 8

/** A new user code, as it is compared: eight letters. */
export function newUserCode(): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/**
 * The user code that a person has typed, in whatever case and width and with whatever between the letters;
 * `undefined` for what cannot be one. RFC 8628, section 6.1.
 */
export function readUserCode(typed: string): string | undefined {
  // Japanese keyboards have letters of full width, and a long-vowel mark or a minus for a hyphen.
  const code = typed
    .normalize('NFKC')
    .replace(/[\s\p{P}ー−]/gu, '')
    .toUpperCase()
  return code.length === length && [...code].every((letter) => alphabet.includes(letter)) ? code : undefined
}

/** A user code as people see it: `BCDF-GHJK`. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
}

/** What a request is found by. */
export function userCodeHash(code: string): Buffer<ArrayBuffer> {
  return sha256(`user code ${code}`)
}
