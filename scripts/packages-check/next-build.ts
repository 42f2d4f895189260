import { join } from 'node:path'
import { write } from './consumer.ts'
import type { Packed } from './pack.ts'
import { run } from './run.ts'
import { snippetsOf } from './snippets.ts'

/**
 * Builds a Next.js application from the README of `@baton/resource-server`, in an environment without
 * secrets, as a pipeline does: nothing may be missed before the first call.
 */
export async function checkNextBuild({ readme }: Packed, folder: string): Promise<void> {
  const place = join(folder, 'next-app')
  const wanted = ['resource-server.ts', 'app/orders/[id]/route.ts']
  const snippets = snippetsOf(readme).filter(({ file }) => wanted.includes(file))
  if (snippets.length < wanted.length) throw new Error(`the README has no snippet ${wanted.join(' or ')}`)
  for (const { file, text } of snippets) write(place, file, text)
  write(
    place,
    'names.d.ts',
    'declare function orderOf(caller: { readonly sub: string }, id: string): Promise<object>\n',
  )
  write(place, 'app/layout.tsx', layout)
  write(place, 'app/from-environment/route.ts', fromEnvironment)
  write(place, 'tsconfig.json', '{ "compilerOptions": { "strict": true, "paths": { "@/*": ["./*"] } } }')
  write(place, 'package.json', '{ "private": true }')
  // What is installed is in the folder above.
  write(place, 'next.config.mjs', `export default { turbopack: { root: ${JSON.stringify(folder)} } }\n`)
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const
  const next = join(folder, 'node_modules/next/dist/bin/next')
  await run(process.execPath, [next, 'build'], { cwd: place, env })
}

// Every option that may come from the environment, of which there is none.
const fromEnvironment = `import { createResourceServer } from '@baton/resource-server'
import { withCaller } from '@baton/resource-server/next'

const { env } = process
const resourceServer = createResourceServer({
  batonUrl: env.BATON_URL!,
  clientId: env.BATON_CLIENT_ID,
  clientSecret: env.BATON_CLIENT_SECRET,
  audience: env.AUDIENCE,
  publicUrl: env.PUBLIC_URL,
  issuers: [{ issuer: env.ISSUER!, audience: env.AUDIENCE! }],
})
export const GET = withCaller(resourceServer, () => new Response())
`

const layout = `export default function Layout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
`
