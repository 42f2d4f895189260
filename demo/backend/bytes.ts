import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { RequestHandler } from 'express'

// 64 kB that repeat the alphabet: the output can be checked anywhere without storing it.
const PATTERN = Buffer.alloc(64 * 1024, 'abcdefghijklmnopqrstuvwxyz012345')

/** Streams the number of bytes in the path, no faster than the caller reads them. */
export const sendBytes: RequestHandler = async (request, response) => {
  const length = Number(request.params.length)
  if (!/^\d+$/.test(String(request.params.length)) || !Number.isSafeInteger(length)) {
    response
      .status(400)
      .json({ error: 'invalid_request', error_description: 'The path must end in a number of bytes.' })
    return
  }

  response.set({ 'Content-Type': 'application/octet-stream', 'Content-Length': String(length) })
  response.set('Cache-Control', 'no-store')
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  // A caller who disconnects midway is not an error of the backend.
  await pipeline(Readable.from(pattern(length)), response).catch(() => response.destroy())
}

/** Reads a body of any size without storing it, and answers `{bytes, sha256}`. */
export const takeBytes: RequestHandler = async (request, response) => {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of request) {
      bytes += chunk.length
      hash.update(chunk)
    }
  } catch {
    response.destroy()
    return
  }
  response.json({ bytes, sha256: hash.digest('hex') })
}

function* pattern(length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= PATTERN.length) yield PATTERN.subarray(0, left)
}
