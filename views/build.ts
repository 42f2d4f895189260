import { watch } from 'node:fs'
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compile, optimize } from '@tailwindcss/node'
import { Scanner } from '@tailwindcss/oxide'
import { type BuildOptions, build } from 'esbuild'
import { rendererFile } from '../lib/config/production.ts'

// Builds the views of the installation in this folder, by default this one; with --watch again and again, as
// their sources change.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { watch: { type: 'boolean', default: false } },
})
const root = join(import.meta.dirname, '..', positionals[0] ?? '')
const renderer = join(root, rendererFile)
const output = join(renderer, '..')

/** Node loads no JSX, and browsers no TypeScript. */
const common = { absWorkingDir: root, bundle: true, write: true, format: 'esm' } satisfies BuildOptions

async function buildViews(): Promise<void> {
  await mkdir(output, { recursive: true })
  await Promise.all([
    writeFile(join(output, 'style.css'), await style()),
    copyFile(join(root, 'public/icon.svg'), join(output, 'icon.svg')),
    build({
      ...common,
      entryPoints: { script: 'views/browser/main.ts', device: 'views/browser/device.ts' },
      outdir: output,
      // Of its own, as one page may have both and the names are short.
      format: 'iife',
      minify: true,
      target: 'es2022',
    }),
  ])
  // A running server takes the renderer when it is complete, with what it reads.
  const next = `${renderer}.next`
  await build({
    ...common,
    entryPoints: ['views/render.tsx'],
    outfile: next,
    platform: 'node',
    target: 'node24',
    jsx: 'automatic',
    external: ['react', 'react/*', 'react-dom', 'react-dom/*'],
  })
  await rename(next, renderer)
}

// What `style.css` names as its sources says which classes there are to be.
async function style(): Promise<string> {
  const base = join(root, 'views')
  const { build: styled, sources } = await compile(await readFile(join(base, 'style.css'), 'utf8'), {
    base,
    onDependency() {},
  })
  const css = styled(new Scanner({ sources }).scan())
  return optimize(css, { minify: true }).code
}

await buildViews()
if (values.watch) {
  let timer: NodeJS.Timeout | undefined
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(() => buildViews().catch((error) => process.stderr.write(`${error.message}\n`)), 100)
  }
  // A recursive watch loses files that an editor replaces.
  for (const folder of ['views', 'views/browser', 'components']) watch(join(root, folder), later)
}
