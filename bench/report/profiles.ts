import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

const shown = 25
/** How many microseconds to skip at the beginning: the start, which reads and compiles everything. */
const start = 5_000_000
const waiting = new Set(['(idle)', '(program)', '(root)'])

/** Lists the functions with the most self time in each CPU profile of a folder, as Markdown. */
export function profiles(folder: string): string {
  return globSync(join(folder, '*.cpuprofile')).map(section).join('\n')
}

function section(file: string): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const spent = new Map<string, number>()
  let passed = 0
  for (const [index, id] of samples.entries()) {
    passed += timeDeltas[index] ?? 0
    if (passed < start) continue
    const name = frames.get(id) ?? '?'
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0))
  }
  const busy = [...spent].filter(([name]) => !waiting.has(name))
  const total = busy.reduce((sum, [, time]) => sum + time, 0)
  const lines = busy
    .sort(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([name, time]) => `| ${((100 * time) / total).toFixed(1)} % | ${name} |`)
  return [`### ${file}`, '', '| self time | function |', '| --- | --- |', ...lines, ''].join('\n')
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)'
  const place = url.startsWith('file://') ? relative(process.cwd(), new URL(url).pathname) : url
  return place ? `\`${name}\` ${place}:${lineNumber + 1}` : name
}
