import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { debianProgram } from './debian-program.ts'

const debianPackage = 'prometheus'

/** Runs promtool, which checks what Prometheus is given. Throws with what it says when that has a fault. */
export function promtool(args: string[], input = ''): string {
  return execFileSync(debianProgram('promtool', debianPackage), args, { input, encoding: 'utf8' })
}

/** Starts Prometheus, which scrapes this address once a second and knows the alert rules in `deploy`. */
export async function startPrometheus(address: string) {
  const program = debianProgram('prometheus', debianPackage)
  const folder = await mkdtemp(join(tmpdir(), 'baton-prometheus-'))
  const port = await freePort()
  const config = `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ['${resolve('deploy/prometheus/alerts.yml')}']
scrape_configs:
  - job_name: baton
    static_configs: [{ targets: ['${new URL(address).host}'] }]
`
  await writeFile(join(folder, 'prometheus.yml'), config)
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`Prometheus did not start (${child.exitCode})`)
    await sleep(100)
  }
  return {
    /** The values of a query now, by the label `by`. */
    async values(query: string, by = '__name__'): Promise<Record<string, number>> {
      const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`)
      const { data } = (await answer.json()) as { data: { result: Sample[] } }
      return Object.fromEntries(data.result.map(({ metric, value }) => [metric[by] ?? '', Number(value[1])]))
    },
    /** The rules by their names, with their health. */
    async rules(): Promise<Record<string, string>> {
      const answer = await fetch(`${url}/api/v1/rules`)
      const { data } = (await answer.json()) as { data: { groups: { rules: Rule[] }[] } }
      const rules = data.groups.flatMap((group) => group.rules)
      return Object.fromEntries(rules.map(({ name, health }) => [name, health]))
    },
    async close() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type Sample = { metric: Record<string, string>; value: [time: number, value: string] }
type Rule = { name: string; health: string }

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}
