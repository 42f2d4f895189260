import { isMainThread } from 'node:worker_threads'

// Preloaded into every process that the demo starts (`node --import`): when the demo is killed, they end too.
// Workers and forks of such a process load this as well. They have their own parents, so the id is compared.
if (isMainThread && process.channel && process.env.DEMO_PARENT === String(process.ppid)) {
  process.once('disconnect', end)
  // The channel alone should not keep the process alive.
  process.channel.unref()
}

const PATIENCE = 10_000

function end(): void {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => {
    // The process leads its own group (start-child.ts), which includes the bundler's workers.
    process.kill(-process.pid, 'SIGKILL')
  }, PATIENCE).unref()
}
