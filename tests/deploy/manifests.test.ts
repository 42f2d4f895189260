import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { configOf } from '../support/config.ts'
import { faultsOf, type Manifest, rendered } from '../support/deploy/manifests.ts'
import { debianProgram } from '../support/servers/debian-program.ts'
import { promtool } from '../support/servers/prometheus.ts'
import { test as base, perFile } from '../support/test.ts'

type Labels = Record<string, string>
type Service = { spec: { selector: Labels; ports: { targetPort: string }[] } }
type Selecting = { spec: { selector: { matchLabels: Labels } } }
type Pod = {
  metadata: { labels: Labels }
  spec: {
    terminationGracePeriodSeconds: number
    containers: { ports: { name: string; containerPort: number }[]; env: { name: string; value: string }[] }[]
  }
}

const folders = ['deploy/kubernetes', 'deploy/kubernetes/migration', 'deploy/kubernetes/monitoring']

const test = base
  .extend('manifests', perFile, () => folders.flatMap(rendered))
  .extend('ofKind', perFile, ({ manifests }) => <Shape>(kind: string) => {
    return manifests.find((manifest) => manifest.kind === kind) as Manifest & Shape
  })
  /** The folder `deploy` with what an operator puts beside the files of Compose. */
  .extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-compose-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    cpSync('deploy', join(folder, 'deploy'), { recursive: true })
    const beside = join(folder, 'deploy/compose')
    writeFileSync(join(beside, 'baton.env'), 'AUTH_SECRET=secret\n')
    writeFileSync(
      join(beside, '.env'),
      'BATON_HOST=sign-in.example.net\nPOSTGRES_PASSWORD=one\nGRAFANA_PASSWORD=two\n',
    )
    return beside
  })

test('the manifests have no fault that the schemas of Kubernetes and of the Prometheus Operator know', {
  timeout: 120_000,
}, ({ manifests }) => {
  expect(manifests.map(({ kind }) => kind).sort()).toEqual([
    'ConfigMap',
    'ConfigMap',
    'Deployment',
    'Job',
    'Namespace',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Service',
    'ServiceMonitor',
  ])
  expect(faultsOf(manifests)).toBe('')
})

test.for([
  ['a name that is misspelt', 'readinessProbe', 'readinesProbe', /readinesProbe.* does not exist/],
  ['a value of another kind', '"replicas":2', '"replicas":"two"', /replicas.*integer|not assignable/],
] as const)('%s is found', { timeout: 120_000 }, ([, right, wrong, fault], { ofKind }) => {
  const text = JSON.stringify(ofKind('Deployment'))
  expect(text).toContain(right)
  expect(faultsOf([JSON.parse(text.replace(right, wrong))])).toMatch(fault)
})

test('service, disruption budget and network policy mean the pods of the deployment, by ports that it has', ({
  ofKind,
}) => {
  const pod = ofKind<{ spec: { template: Pod } }>('Deployment').spec.template
  const { metadata, spec } = pod
  const [container] = spec.containers
  const service = ofKind<Service>('Service')
  const policy = ofKind<{ spec: { podSelector: { matchLabels: Labels } } }>('NetworkPolicy')
  for (const labels of [
    service.spec.selector,
    ofKind<Selecting>('Deployment').spec.selector.matchLabels,
    ofKind<Selecting>('PodDisruptionBudget').spec.selector.matchLabels,
    policy.spec.podSelector.matchLabels,
  ])
    expect(metadata.labels).toMatchObject(labels)
  const ports = container?.ports.map(({ name }) => name)
  expect(service.spec.ports.map(({ targetPort }) => targetPort)).toEqual(ports)
  const variables = Object.fromEntries(container?.env.map(({ name, value }) => [name, value]) ?? [])
  expect(container?.ports).toContainEqual({ name: 'metrics', containerPort: Number(variables.METRICS_PORT) })
  // What a stop may take: see README.md.
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(Number(variables.DRAIN_SECONDS) + 30)

  // The pod of the migrations reaches the database, and is sent no calls.
  const job = ofKind<{ spec: { template: Pod } }>('Job').spec.template.metadata.labels
  expect(job).toMatchObject(policy.spec.podSelector.matchLabels)
  expect(job).not.toMatchObject(service.spec.selector)
})

test('Baton starts with the configuration that comes with either', async ({ ofKind }) => {
  const env = { LOGIN_CLIENT_SECRET: 'a secret of the provider' }
  const map = ofKind<{ data: Record<string, string> }>('ConfigMap')
  for (const file of [
    map.data['baton.config.json'],
    readFileSync('deploy/compose/baton.config.json', 'utf8'),
  ]) {
    const { providers } = await configOf({ file, env })
    expect(providers.map(({ id }) => id)).toEqual(['login'])
  }
})

type Compose = { services: Record<string, { volumes?: string[]; command?: string[] }> }

test('the files of Compose are whole: alone, and with the metrics', ({ folder }) => {
  const compose = (...files: string[]) => {
    const args = files.flatMap((file) => ['--file', file])
    const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const
    const program = debianProgram('docker-compose', 'docker-compose')
    execFileSync(program, [...args, 'config', '--quiet'], options)
    return execFileSync(program, [...args, 'config', '--services'], options)
      .split('\n')
      .filter(Boolean)
      .sort()
  }
  expect(compose('compose.yaml')).toEqual(['baton', 'nginx', 'postgres'])
  expect(compose('compose.yaml', 'compose.metrics.yaml')).toEqual([
    'baton',
    'grafana',
    'nginx',
    'postgres',
    'prometheus',
  ])
})

test('what the files of Compose mount is there, but for what an operator brings', ({ folder }) => {
  const read = (file: string) => parse(readFileSync(join(folder, file), 'utf8')) as Compose
  const mounts = ['compose.yaml', 'compose.metrics.yaml'].flatMap((file) =>
    Object.values(read(file).services).flatMap(({ volumes = [] }) => volumes),
  )
  const places = mounts.map((mount) => mount.split(':')[0] as string).filter((place) => place.startsWith('.'))
  expect(places.length).toBeGreaterThan(4)
  expect(places.filter((place) => !existsSync(join(folder, place)))).toEqual(['./certificate'])

  // The alert rules lie beside the file, where both are mounted.
  cpSync('deploy/prometheus/alerts.yml', join(folder, 'alerts.yml'))
  expect(promtool(['check', 'config', join(folder, 'prometheus.yml')])).not.toContain('FAILED')
})

test('nginx in Compose has the file of deploy/ with its own host and the address of Baton', ({ folder }) => {
  const { services } = parse(readFileSync(join(folder, 'compose.yaml'), 'utf8')) as Compose
  const [shell, option, script = ''] = services.nginx?.command ?? []
  const made = join(folder, 'default.conf')
  const command = script
    .replaceAll('$$', '$')
    .replace('/baton.conf', 'deploy/nginx/baton.conf')
    .replace('/etc/nginx/conf.d/default.conf', made)
    .replace(/&& exec nginx .*/, '')
  execFileSync(shell as string, [option as string, command], {
    env: { ...process.env, BATON_HOST: 'sign-in.example.net' },
  })
  const text = readFileSync(made, 'utf8')
  expect(text).toContain('server 172.30.77.3:3000 ')
  // Docker keeps what goes to the standard output, and nobody turns over a file in the container.
  expect(text).not.toContain('/var/log')
  expect(text).toContain('access_log /dev/stdout baton;')
  expect(text.match(/server_name sign-in\.example\.net;/g)).toHaveLength(2)
  expect(text).toContain('return 308 https://sign-in.example.net$request_uri;')
})
