import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { didYouMean } from '#lib/config/near-miss.ts'
import { WrongUse } from './command.ts'

/** What every command takes. */
export const json = { json: { type: 'boolean' } } as const

/** The options and the other words of a command's arguments. Throws `WrongUse`. */
export function optionsOf<Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
  { words = 0 } = {},
) {
  try {
    const parsed = parseArgs({ args, options, allowPositionals: words > 0, strict: true })
    const [surplus] = parsed.positionals.slice(words)
    if (surplus !== undefined) throw new Error(`"${surplus}" is one word too many`)
    return parsed
  } catch (error) {
    const { message } = error as Error
    const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? []
    if (unknown === undefined) throw new WrongUse(message)
    const known = Object.keys(options).map((name) => `--${name}`)
    throw new WrongUse(`There is no option ${unknown} here${didYouMean(unknown, known)}`)
  }
}

/** A UUID of `option`. Throws `WrongUse`. */
export function uuidOf(text: string | undefined, option: string, what: string): string | undefined {
  if (text !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    throw new WrongUse(`${option} is ${what}, a UUID`)
  return text
}

/** A whole number of `option`, from 1 on. Throws `WrongUse`. */
export function countOf(text: string, option: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new WrongUse(`${option} is a whole number from 1 to 9999999`)
  return Number(text)
}
