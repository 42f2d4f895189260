import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export type Import = { from: string; to: string; typeOnly: boolean }

/** Every source file that git tracks or would track, outside tests. */
export const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('tests/') && !file.endsWith('.d.ts'))

/** A file's text. */
export function textOf(file: string): string {
  return readFileSync(file, 'utf8')
}

/** What a file imports; files of this repository by their path from its root, packages by their name. */
export function importsOf(file: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g
  const text = textOf(file)
  return [
    ...[...text.matchAll(statement)].map(([, type, to = '']) => ({
      from: file,
      to: resolved(file, to),
      typeOnly: Boolean(type),
    })),
    ...[...text.matchAll(dynamic)].map(([, to = '']) => ({
      from: file,
      to: resolved(file, to),
      typeOnly: false,
    })),
  ]
}

function resolved(file: string, to: string): string {
  if (to === '#auth') return 'auth.ts'
  if (to.startsWith('#')) return to.slice(1)
  return to.startsWith('.') ? normalize(join(dirname(file), to)) : to
}
