import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { debianProgram } from '../servers/debian-program.ts'

const run = promisify(execFile)
const bundle = '/etc/ssl/certs/ca-certificates.crt'
/** What the image says that it was built from. */
export const commit = '0123456789abcdef0123456789abcdef01234567'

export type Image = Awaited<ReturnType<typeof buildImage>>

type ImageConfig = {
  Env: string[]
  Cmd: string[]
  User: string
  WorkingDir: string
  StopSignal?: string
  Healthcheck: { Test: string[] }
}

/**
 * Builds `deploy/Dockerfile` without a Docker engine, and mounts the root of the image. The two public images
 * that it begins with are made from Debian's packages, and npm and Node.js of this machine. Needs root.
 */
export async function buildImage() {
  if (process.getuid?.() !== 0)
    throw new Error('an image is built and mounted as root: run this test as root')
  const folder = await mkdtemp(join(tmpdir(), 'baton-image-'))
  const store = ['--storage-driver', 'vfs', '--root', join(folder, 'store'), '--runroot', join(folder, 'run')]
  const buildah = async (...args: string[]) => {
    const options = { maxBuffer: 2 ** 26 }
    return (await run(debianProgram('buildah', 'buildah'), [...store, ...args], options)).stdout.trim()
  }
  const close = async () => {
    await buildah('umount', '--all')
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await makeBases(folder, buildah)
    await buildah(...(await buildCommand(folder)))
    const container = await buildah('from', 'localhost/baton')
    const root = await buildah('mount', container)
    const inspected = JSON.parse(await buildah('inspect', '--type', 'image', 'localhost/baton'))
    return { root, config: inspected.Docker.config as ImageConfig, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Buildah = (...args: string[]) => Promise<string>

async function makeBases(folder: string, buildah: Buildah): Promise<void> {
  const archive = join(folder, 'debian.tar')
  const [{ stdout: sources }, { stdout: release }] = await Promise.all([
    run('apt-get', [
      'indextargets',
      'Created-By: Packages',
      'Origin: Debian',
      '--format',
      'deb $(REPO_URI) $(CODENAME) $(COMPONENT)',
    ]),
    run('sh', ['-c', '. /etc/os-release && echo $VERSION_CODENAME']),
  ])
  const list = join(folder, 'sources.list')
  await writeFile(list, [...new Set(sources.split('\n'))].join('\n'))
  const options = ['--variant=minbase', '--mode=root', '--format=tar', '--quiet']
  await run(debianProgram('mmdebstrap', 'mmdebstrap'), [...options, release.trim(), archive, list])

  const container = await buildah('from', 'scratch')
  await buildah('add', '-q', container, archive, '/')
  await buildah('commit', '-q', '--format', 'docker', container, 'localhost/debian')
  // Not by `npm root --global`: that is where the Node.js in node_modules would have it.
  const { stdout: npm } = await run('sh', ['-c', 'readlink -f "$(command -v npm)"'])
  await buildah('add', '-q', container, join(npm.trim(), '../..'), '/usr/local/lib/node_modules/npm')
  await buildah('add', '-q', container, process.execPath, '/usr/local/bin/node')
  const link = ['ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', '/usr/local/bin/npm']
  await buildah('run', '--isolation', 'chroot', container, ...link)
  await buildah('commit', '-q', '--format', 'docker', container, 'localhost/node')
}

async function buildCommand(folder: string): Promise<string[]> {
  const { stdout: registry } = await run('npm', ['config', 'get', 'registry'])
  const npmrc = join(folder, 'npmrc')
  const trust = existsSync(bundle) ? `cafile=${bundle}\n` : ''
  await writeFile(npmrc, `registry=${registry.trim()}\nprefer-offline=true\n${trust}`)
  const cache = join(homedir(), '.npm')
  await mkdir(cache, { recursive: true })
  const volumes = [`${cache}:/root/.npm`, ...(trust ? [`${dirname(bundle)}:${dirname(bundle)}:ro`] : [])]
  const args = { BUILD_IMAGE: 'localhost/node', BASE_IMAGE: 'localhost/debian', BATON_COMMIT: commit }
  return [
    ...['build', '-q', '--isolation', 'chroot', '--format', 'docker', '--file', 'deploy/Dockerfile'],
    ...['--tag', 'localhost/baton', '--secret', `id=npmrc,src=${npmrc}`],
    ...volumes.flatMap((volume) => ['--volume', volume]),
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    '.',
  ]
}
