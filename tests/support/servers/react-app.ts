import { build } from 'esbuild'
import { listen } from '../partners.ts'
import { passOn } from './pass-on.ts'

type Place = {
  port: number
  /** Where Baton listens; its public address leads to this server. */
  baton: { address: string; url: string }
  issuer: string
}

/**
 * Starts the server of an application that uses `@baton/react` in front of Baton: `/app` is its page, and all
 * else at Baton's host is Baton's. At the host `127.0.0.1` the page is one of another origin, with a client.
 */
export async function startReactApp({ port, baton, issuer }: Place) {
  const script = await bundled('tests/support/react-page.tsx')
  const page = (data: string) =>
    `<!doctype html><title>An app</title><link rel="icon" href="data:,"><main id="root" ${data}></main>` +
    '<script type="module" src="/app.js"></script>'

  const server = await listen(async (req, res) => {
    const isForeign = req.headers.host === `127.0.0.1:${port}`
    const path = req.url?.split('?')[0]
    if (path === '/app.js') {
      res.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    } else if (path === '/app' || (isForeign && path === '/callback')) {
      const data = isForeign ? `data-baton="${baton.url}" data-issuer="${issuer}"` : ''
      res.writeHead(200, { 'content-type': 'text/html' }).end(page(data))
    } else if (isForeign) {
      res.writeHead(404).end()
    } else {
      await passOn(req, res, baton.address)
    }
  }, port)
  return { ...server, foreignUrl: `http://127.0.0.1:${port}` }
}

/** A page's script with the packages as they are built. */
async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
