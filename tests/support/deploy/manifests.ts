import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { debianProgram } from '../servers/debian-program.ts'

export type Manifest = { apiVersion: string; kind: string; metadata: object; [part: string]: unknown }

// Git and the linter ignore it.
const file = 'tests/.build/manifests.ts'

/** What Kubernetes is given for a folder with a `kustomization.yaml`. Throws when a part of it is missing. */
export function rendered(folder: string): Manifest[] {
  const kubectl = debianProgram('kubectl', 'kubernetes-client')
  const text = execFileSync(kubectl, ['kustomize', folder], { encoding: 'utf8', stdio: 'pipe' })
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest)
}

/**
 * Holds manifests against the schemas of Kubernetes and of the Prometheus Operator. Returns the faults:
 * values that a schema refuses, and names that it does not have, which Kubernetes would leave out in silence.
 */
export function faultsOf(manifests: readonly Manifest[]): string {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, manifests.map(program).join('\n'))
  const options = '--noEmit --ignoreConfig --strict --skipLibCheck --target es2024 --types node'.split(' ')
  const resolution = ['--module', 'nodenext', '--moduleResolution', 'nodenext']
  return (
    output('node_modules/typescript/bin/tsc', ...options, ...resolution, file) +
    output('--input-type=module', '--eval', `await import('${process.cwd()}/${file}')`)
  )
}

// Names are TypeScript's to check, and values the schemas'.
function program({ apiVersion, kind, ...content }: Manifest, index: number): string {
  const name = `Manifest${index}`
  const operator = apiVersion.startsWith('monitoring.coreos.com/')
  const library = operator ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models'
  return `import { ${kind} as ${name} } from '${library}/${apiVersion}/${kind}'
new ${name}(${JSON.stringify(content, null, 2)}).validate()`
}

/** What a program of Node.js says when it fails; nothing when it ends well. */
function output(...args: string[]): string {
  try {
    execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' })
    return ''
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    return stdout + stderr
  }
}
