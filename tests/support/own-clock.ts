// Imported first by a process whose parent sets its wall clock: each message is an offset in seconds.

const TrueDate = Date
let offset = 0
const now = () => TrueDate.now() + offset

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})

process.on('message', (seconds: number) => {
  offset = seconds * 1000
  process.send?.('set')
})
process.channel?.unref()
