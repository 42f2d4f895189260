import { isMainThread } from 'node:worker_threads'

// Preloaded into everything that the demo starts (node --import): when the demo is killed outright, no process of it stays.
// Workers and forks of such a process load this as well; they have their own parents, which is why the id is compared.
if (isMainThread && process.channel && process.env.DEMO_PARENT === String(process.ppid)) {
  process.once('disconnect', end)
  // The channel alone is no reason to stay alive.
  process.channel.unref()
}

const PATIENCE = 10_000

function end(): void {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => {
    // The process leads a group of its own (start-child.ts), workers of the bundler included.
    process.kill(-process.pid, 'SIGKILL')
  }, PATIENCE).unref()
}
