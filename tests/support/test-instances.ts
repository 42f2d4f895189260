import type { IncomingMessage } from 'node:http'
import type { Baton } from './baton.ts'
import { type CallOptions, httpCall, openCall, type Reply } from './clients/http-call.ts'
import { test as base, perFile } from './test.ts'

type Instances = {
  batons: Baton[]
  /** Calls one of the instances from a page of Baton's with this cookie. */
  call(index: number, path: string, cookie: string, options?: CallOptions): Promise<Reply>
  /** As `call`, with the answer still to be read. */
  open(index: number, path: string, cookie: string, options?: CallOptions): Promise<IncomingMessage>
  /** Starts one that was killed again, at the same address. */
  restart(index: number): Promise<void>
}

/** Tests with several Batons behind one public address, on one database. */
export const test = base
  .extend('count', perFile, 1 as number)
  .extend('instances', perFile, async ({ count, baton, host, startAnother }): Promise<Instances> => {
    const others = Array.from({ length: count - 1 }, () => startAnother())
    const batons = [baton, ...(await Promise.all(others))]
    const addressOf = (index: number) => (batons[index] as Baton).address
    const asOwnPage = ({ headers, ...rest }: CallOptions, cookie: string): CallOptions => ({
      ...rest,
      headers: { host, cookie, 'sec-fetch-site': 'same-origin', ...headers },
    })
    return {
      batons,
      call: (index, path, cookie, options = {}) =>
        httpCall(addressOf(index), path, asOwnPage(options, cookie)),
      open: (index, path, cookie, options = {}) =>
        openCall(addressOf(index), path, asOwnPage(options, cookie)),
      async restart(index) {
        batons[index] = await startAnother({ port: Number(new URL(addressOf(index)).port) })
      },
    }
  })
