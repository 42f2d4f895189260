import { listen } from '../partners.ts'
import { passOn } from './pass-on.ts'

/** Starts a load balancer that sends each request to the next one of `addresses`. */
export async function startRoundRobin(port: number, addresses: readonly string[]) {
  const state = { addresses, turn: 0 }
  const { close } = await listen((req, res) => {
    const address = state.addresses[state.turn++ % state.addresses.length] as string
    passOn(req, res, address)
  }, port)
  return {
    close,
    /** Sends requests to these from now on, the first one to the first. */
    send(...next: string[]): void {
      Object.assign(state, { addresses: next, turn: 0 })
    },
  }
}
