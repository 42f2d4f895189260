import { createInterface } from 'node:readline/promises'
import type { Client } from '@baton/client'
import { PhoneError } from './phone-error.ts'

/**
 * Signs the device in that shows this code, as a person would with the phone: a browser needs the number that
 * it shows besides, from the command line or the terminal.
 *
 * @throws {PhoneError} when there is no number and nobody to ask.
 * @throws {BatonError} when Baton refuses.
 */
export async function approve(client: Client, code: string, given: string | undefined): Promise<string> {
  const request = await client.deviceRequest(code)
  const what = request.clientName ?? [request.browser, request.system].filter(Boolean).join(' on ')
  const isBrowser = request.kind === 'browser'
  const number = isBrowser ? (given ?? (await askNumber(request.numbers))) : undefined
  await client.approveDevice(code, { approve: true, ...(number !== undefined && { number }) })
  return what || 'the other device'
}

async function askNumber(numbers: string[] | undefined): Promise<string> {
  const among = numbers ? ` (${numbers.join(', ')})` : ''
  if (!process.stdin.isTTY)
    throw new PhoneError(`A browser shows this code. Add the number that it shows: --number NN${among}`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return (await terminal.question(`Which number does the browser show?${among} `)).trim()
  } finally {
    terminal.close()
  }
}
