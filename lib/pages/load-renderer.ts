import { statSync, watchFile } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rendererFile } from '#lib/config/production.ts'
import type { Look } from './look.ts'
import type { Page } from './page.ts'

/** What a document has of the answer that it is: the nonce of its style and script, in base64, and its id. */
export type DocumentOf = { nonce: string; requestId: string | undefined }

/** Renders a page as a whole HTML document. */
export type Renderer = (page: Page, look: Look, answer: DocumentOf) => string

/**
 * The renderer that `views/build.ts` has made of `views`. In development a renderer that is made anew takes
 * its place.
 */
export async function loadRenderer({ development }: { development: boolean }): Promise<Renderer> {
  const file = join(import.meta.dirname, '../..', rendererFile)
  let render = await rendererIn(file)
  if (!development) return render
  watchFile(file, { persistent: false, interval: 300 }, async ({ mtimeMs }) => {
    if (mtimeMs > 0) render = await rendererIn(file)
  })
  return (page, look, answer) => render(page, look, answer)
}

// A module is loaded once for each address.
async function rendererIn(file: string): Promise<Renderer> {
  const address = pathToFileURL(file)
  address.search = String(statSync(file).mtimeMs)
  const { render }: { render: Renderer } = await import(address.href)
  return render
}
