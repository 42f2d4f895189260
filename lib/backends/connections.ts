import type { Socket } from 'node:net'
import { type buildConnector, Client, type Dispatcher } from 'undici'
import type { OutgoingProxy } from '#lib/config/outgoing-proxy.ts'
import { outgoingAgent, unconnected } from './outgoing-agent.ts'

/** Connections to backends. */
export type Connections = {
  /** Keeps connections and uses them again. The context of `onRequestStart` is a `Connection`. */
  kept: Dispatcher
  /** Makes a new connection for each call. */
  anew: Dispatcher
  destroy(): Promise<void>
}

/** The connection of one call. */
export type Connection = {
  /** Whether it has carried a call before. */
  isReused: boolean
  /** Whether anything has arrived since the call was sent. */
  hasArrived: boolean
  /** Milliseconds for which the backend took no more of the call's body, although there was more of it. */
  heldUp: number
  /** Since when that is so; `undefined` while it takes more. */
  fullSince: number | undefined
}

/** Opens no connection yet; each goes through the proxy, if it is given. */
export function openConnections(proxy: OutgoingProxy | undefined): Connections {
  const kept = outgoingAgent({ pipelining: 1, newClient, proxy })
  const anew = outgoingAgent({ pipelining: 0, newClient, proxy })
  return { kept, anew, destroy: async () => void (await Promise.all([kept.destroy(), anew.destroy()])) }
}

function newClient(origin: URL, options: object): Client {
  return new WatchedClient(origin, options as ClientOptions)
}

/** What a pool gives its clients. */
type ClientOptions = Client.Options & { connect: buildConnector.connector }

function newConnection(calls: number): Connection {
  return { isReused: calls > 0, hasArrived: false, heldUp: 0, fullSince: undefined }
}

/** A connection of undici that stands what ordinary backends do. */
class WatchedClient extends Client {
  #calls = 0
  #socket: Socket | undefined
  #connection = newConnection(0)
  #interim = new InterimAnswers()

  constructor(origin: URL, options: ClientOptions) {
    super(origin, {
      ...options,
      connect: (address, callback) =>
        options.connect(address, (...[error, socket]) => {
          if (error) return callback(unconnected(error), null)
          this.#watch(socket)
          callback(null, socket)
        }),
    })
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return super.dispatch(options, {
      onRequestStart: (controller) => {
        this.#connection = newConnection(this.#calls++)
        this.#interim = new InterimAnswers()
        handler.onRequestStart?.(controller, this.#connection)
      },
      onRequestUpgrade: (...answer) => handler.onRequestUpgrade?.(...answer),
      onResponseStart: (...answer) => handler.onResponseStart?.(...answer),
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
      onBodySent: (chunk: Buffer) => {
        if (this.#socket?.writableNeedDrain) this.#connection.fullSince ??= performance.now()
        handler.onBodySent?.(chunk)
      },
      onRequestSent: () => handler.onRequestSent?.(),
    })
  }

  #watch(socket: Socket): void {
    this.#calls = 0
    this.#socket = socket
    socket.on('drain', () => {
      const { fullSince } = this.#connection
      if (fullSince === undefined) return
      this.#connection.heldUp += performance.now() - fullSince
      this.#connection.fullSince = undefined
    })
    outlastWrites(socket)
    const read = socket.read.bind(socket)
    socket.read = (size?: number) => {
      const chunk: Buffer | null = read(size)
      if (chunk === null) return null
      this.#connection.hasArrived = true
      return this.#interim.pass(chunk)
    }
  }
}

/**
 * Lets the answer of a backend win that refuses an upload and closes: a write that fails then would end the
 * connection before the answer has been read (RFC 9112, section 9.6). If there is none, reading fails as
 * well.
 */
function outlastWrites(socket: Socket): void {
  const isLate = (error?: Error | null) =>
    /^(EPIPE|ECONNRESET)$/.test((error as { code?: string })?.code ?? '')
  const { _write, _writev } = socket
  socket._write = (chunk, encoding, callback) =>
    _write.call(socket, chunk, encoding, (error) => callback(isLate(error) ? null : error))
  if (_writev)
    socket._writev = (chunks, callback) =>
      _writev.call(socket, chunks, (error) => callback(isLate(error) ? null : error))
}

const shortest = 'HTTP/1.1 100'.length
const headEnd = '\r\n\r\n'

/**
 * Makes a 102 of each 100 before the answer of one call: undici ends the connection at a 100 that nobody has
 * asked for, and passes every other interim answer on (RFC 9110, section 15.2).
 */
class InterimAnswers {
  #held: Buffer | undefined
  /** The last bytes of an interim answer whose head has not ended. */
  #within: string | undefined
  #isOver = false

  /** The bytes to go on with; `null` when there are too few to tell. */
  pass(arrived: Buffer): Buffer | null {
    if (this.#isOver) return arrived
    const bytes = this.#held ? Buffer.concat([this.#held, arrived]) : arrived
    this.#held = undefined
    let at = 0
    while (at < bytes.length) {
      if (this.#within !== undefined) {
        const seen = this.#within + bytes.toString('latin1', at)
        const end = seen.indexOf(headEnd)
        if (end === -1) {
          this.#within = seen.slice(1 - headEnd.length)
          return bytes
        }
        at += end + headEnd.length - this.#within.length
        this.#within = undefined
        continue
      }
      const start = bytes.toString('latin1', at, at + shortest)
      if (/^[\r\n]/.test(start)) {
        at++
        continue
      }
      if (start.length < shortest && couldBegin(start)) {
        this.#held = bytes.subarray(at)
        return at === 0 ? null : bytes.subarray(0, at)
      }
      // After a 101 the connection speaks another protocol.
      if (!/^HTTP\/1\.[01] 10[02-9]$/.test(start)) {
        this.#isOver = true
        return bytes
      }
      if (start.endsWith('0')) bytes.write('2', at + shortest - 1)
      at += shortest
      this.#within = ''
    }
    return bytes
  }
}

function couldBegin(start: string): boolean {
  return ['HTTP/1.0 10', 'HTTP/1.1 10'].some((line) => line.startsWith(start))
}
