import type { IncomingMessage } from 'node:http'
import type { Form } from './form.ts'

/** Bytes of a form that is looked at before it is read. */
const longest = 4 * 1024
const isForm = /^application\/x-www-form-urlencoded(?:;\s*charset=utf-8)?$/i

/**
 * The parameters of a small form that has arrived, which stays there to be read. `undefined` for any other:
 * one of another media type or of unknown length, one that arrives in pieces, and one with a parameter that
 * is empty, repeated, badly encoded or not in `names`.
 */
export async function peekForm(req: IncomingMessage, names: ReadonlySet<string>): Promise<Form | undefined> {
  const { 'content-length': given, 'content-type': type, 'content-encoding': coding } = req.headers
  const length = Number(given)
  if (!isForm.test(type ?? '') || coding !== undefined || !(length > 0 && length <= longest)) return undefined
  const chunk = (req.readableLength > 0 ? req.read() : await firstChunk(req)) as Buffer | null
  if (chunk === null) return undefined
  req.unshift(chunk)
  return chunk.length === length ? plainParameters(chunk.toString('utf8'), names) : undefined
}

function firstChunk(req: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const look = () => {
      req.off('readable', look).off('close', look)
      resolve(req.read())
    }
    req.on('readable', look).on('close', look)
  })
}

function plainParameters(text: string, names: ReadonlySet<string>): Form | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined
  const found: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    if (!names.has(name) || value === '' || found[name] !== undefined) return undefined
    found[name] = value
  }
  return found
}
