import { imageOf, largestImage, type VersionedFile } from '#lib/config/image.ts'
import { pictureSize } from './picture-size.ts'

/** Milliseconds that a whole answer may take. */
const timeout = 3_000
/** Pixels that each side may have: a few bytes can unfold to as many as fill a browser's memory. */
const longestSide = 1024

/**
 * Fetches a PNG, WebP or JPEG, through the outgoing proxy where there is one. Throws an error that says in a
 * few words why there is none.
 */
export async function fetchImage(url: string, stopping: AbortSignal): Promise<VersionedFile> {
  const timedOut = AbortSignal.timeout(timeout)
  try {
    const response = await fetch(url, {
      headers: { accept: 'image/webp, image/png, image/jpeg' },
      // The address is configured, and where it leads is not.
      redirect: 'manual',
      signal: AbortSignal.any([timedOut, stopping]),
    })
    const location = response.headers.get('location')
    if (response.status !== 200) await response.body?.cancel()
    if (location !== null && response.status >= 300 && response.status < 400)
      throw new ImageError(`it redirects (${response.status}); give the address that it leads to`)
    if (response.status !== 200) throw new ImageError(`it answers ${response.status}`)
    return acceptable(imageOf(await bytesOf(response)))
  } catch (error) {
    if (error instanceof ImageError) throw error
    if (timedOut.aborted)
      throw new ImageError(`it does not answer within ${timeout / 1000} seconds`, { cause: error })
    const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
    throw new ImageError(`it cannot be reached (${code ?? message})`, { cause: error })
  }
}

/** Why there is no picture, in words that go on after its address. */
class ImageError extends Error {}

// Whoever has the address chooses the picture, and an SVG of some bytes can keep a browser busy for ever.
function acceptable(image: VersionedFile | undefined): VersionedFile {
  if (image?.type === 'image/svg+xml') throw new ImageError('it is an SVG; give a PNG, WebP or JPEG')
  const size = image && pictureSize(image.bytes, image.type)
  if (!size) throw new ImageError('it is no PNG, WebP or JPEG by its first bytes')
  const { width, height } = size
  if (Math.max(width, height) > longestSide)
    throw new ImageError(`it has ${width}x${height} pixels; make it at most ${longestSide}x${longestSide}`)
  return image
}

async function bytesOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the rest.
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > largestImage) throw new ImageError(`it is larger than ${largestImage / 1000} kB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
