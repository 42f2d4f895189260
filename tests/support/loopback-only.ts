import { isIP, Socket } from 'node:net'

// Tests call the servers that they started. Anything else is a mistake and must not leave the machine.
const { connect } = Socket.prototype

function connectOnLoopback(this: Socket, ...args: unknown[]) {
  const [first] = args.flat() as [unknown]
  const host = (first as { host?: string } | null)?.host
  if (
    host &&
    !/^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/.test(host) &&
    (isIP(host) || host.includes('.'))
  )
    throw new Error(`a test tried to reach ${host}`)
  return Reflect.apply(connect, this, args)
}

// A worker runs this before each of its files.
if (connect.name !== connectOnLoopback.name) Socket.prototype.connect = connectOnLoopback as typeof connect
