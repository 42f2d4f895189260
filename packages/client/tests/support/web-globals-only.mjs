// Runs the built package in a context with the web's globals and none of Node's:
// node --experimental-vm-modules … DIST BATON_URL ID_TOKEN
import { readFileSync } from 'node:fs'
import { createContext, SourceTextModule } from 'node:vm'

const [dist, batonUrl, idToken] = process.argv.slice(2)
const {
  AbortController,
  Headers,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  atob,
  btoa,
  clearTimeout,
  crypto,
  fetch,
  setTimeout,
} = globalThis
const context = createContext({
  AbortController,
  Headers,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  atob,
  btoa,
  clearTimeout,
  crypto,
  fetch,
  setTimeout,
})

const modules = new Map()
function load(name) {
  if (!modules.has(name))
    modules.set(name, new SourceTextModule(readFileSync(dist + name, 'utf8'), { context, identifier: name }))
  return modules.get(name)
}

const main = new SourceTextModule(
  `import { createClient } from './index.js'
  const client = createClient({ batonUrl: ${JSON.stringify(batonUrl)}, clientId: 'demo-phone' })
  await client.signInWithIdToken(${JSON.stringify(idToken)})
  const { url } = await client.handOff()
  await client.signOut()
  export const answer = { url, globals: [typeof process, typeof Buffer] }`,
  { context },
)
await main.link((specifier) => load(specifier.replace('./', '')))
await main.evaluate()
process.stdout.write(JSON.stringify(main.namespace.answer))
