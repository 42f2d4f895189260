// Imported first by a process whose parent wants to know what it holds: each message is answered, after a
// collection of garbage, with its bytes of memory. Needs `--expose-gc`.

process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ heap: heapUsed, external })
})
process.channel?.unref()
