import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Image } from './image.ts'

export type Container = ReturnType<typeof startContainer>

// As a container engine does with a read-only root file system: what is mounted is seen by this process and
// its children alone.
const enter = `
mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 125
mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 125
mount --bind "$2" "$1/etc/baton" && mount -o remount,bind,ro "$1/etc/baton" || exit 125
if [ -n "$3" ]; then mount --bind "$3" "$1/var/lib/baton" || exit 125; fi
root=$1 user=$4 folder=$5; shift 5
exec chroot --userspec="$user" "$root" /usr/bin/env -i --chdir="$folder" "$@"
`

type Options = {
  /** The folder that is `/etc/baton`. */
  configFolder: string
  /** The folder that is `/var/lib/baton`. Default: the image's own, which nobody can write to. */
  dataDir?: string
  env?: Record<string, string>
}

/** Starts what the image is for, or this command, from its read-only root and as its user. */
export function startContainer(
  { root, config }: Image,
  { configFolder, dataDir = '', env = {} }: Options,
  command = config.Cmd,
) {
  const variables = [...config.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
  const places = [root, configFolder, dataDir, config.User, config.WorkingDir]
  // No process lies between: a signal goes to the command.
  const args = ['--mount', 'sh', '-c', enter, 'sh', ...places, ...variables, ...command]
  const child: ChildProcess = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const exited = once(child, 'exit')
  return {
    process: child,
    log: () => output,
    /** SIGTERM, and the exit code. */
    async stop(): Promise<number | null> {
      child.kill('SIGTERM')
      await exited
      return child.exitCode
    },
  }
}

/** Runs a command from the image to its end. */
export async function runInContainer(image: Image, options: Options, command: string[]) {
  const { process: child } = startContainer(image, options, command)
  const exited = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([text(child.stdout as never), text(child.stderr as never)])
  const [exitCode] = await exited
  return { exitCode: exitCode as number | null, stdout, stderr }
}
