import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Answer, AnswerReader } from './answer-reader.ts'

type Waiting = { resolve(answer: Answer): void; reject(error: Error): void }

/**
 * One keep-alive connection with one request at a time. It is as cheap as possible, because CPU time of the
 * generator is missing for the servers.
 */
export class HttpConnection {
  readonly #socket: Socket
  readonly #reader = new AnswerReader()
  #waiting: Waiting | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (piece: Buffer) => this.#read(piece))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () =>
      this.#fail(new Error('the connection was closed before the answer was complete')),
    )
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new HttpConnection(socket)
  }

  /** Sends a whole request. Keeps the body of the answer, or gives it to `sink` piece by piece. */
  request(bytes: Buffer, sink?: (chunk: Buffer) => void): Promise<Answer> {
    const answer = this.#answer(sink)
    this.#socket.write(bytes)
    return answer
  }

  /** Sends a request's head, then its body, no faster than the server reads it. */
  async upload(head: Buffer, body: Iterable<Buffer>): Promise<Answer> {
    const answer = this.#answer()
    const failed = answer.then(
      () => {},
      () => {},
    )
    this.#socket.write(head)
    for (const chunk of body) {
      if (this.#socket.destroyed) break
      if (!this.#socket.write(chunk)) await Promise.race([once(this.#socket, 'drain'), failed])
    }
    return answer
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #answer(sink?: (chunk: Buffer) => void): Promise<Answer> {
    this.#reader.begin(sink)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  #read(piece: Buffer): void {
    try {
      const answer = this.#reader.push(piece)
      if (!answer) return
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting?.resolve(answer)
    } catch (error) {
      this.#fail(error as Error)
      this.#socket.destroy()
    }
  }

  #fail(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.reject(error)
  }
}
