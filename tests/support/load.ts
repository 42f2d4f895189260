import { setTimeout as sleep } from 'node:timers/promises'
import { httpCall } from './clients/http-call.ts'
import type { Person } from './person.ts'

const api = '/api/backends/demo/api/authenticated'

/**
 * What people do all the time, until `stop`; each hands over every so many milliseconds. `faults` are the
 * answers that none of them should have got.
 */
export function startLoad(
  address: string,
  host: string,
  people: { person: Person; newcomer: () => Person }[],
  betweenHandOffs = 100,
) {
  const state = { isOver: false, calls: 0, handOffs: 0, faults: [] as string[] }
  const note = (what: string, got: unknown) => void state.faults.push(`${what}: ${got}`)
  const call = async (person: Person, method: string, path: string, body?: string) => {
    const headers = {
      host,
      cookie: await person.cookies(),
      'sec-fetch-site': 'same-origin',
      ...(body && { 'content-type': 'text/plain', 'content-length': String(body.length) }),
    }
    state.calls++
    const got = await httpCall(address, path, { method, headers, ...(body && { body }) }).then(
      ({ status }) => status,
      (error: Error) => error.message,
    )
    if (got !== 200) note(`${method} ${path}`, got)
  }
  const calling = async (person: Person) => {
    while (!state.isOver) {
      await call(person, 'GET', `${api}/greeting`)
      await call(person, 'POST', `${api}/echo`, 'of a load')
      await call(person, 'GET', '/sign-out')
    }
  }
  const handingOver = async (person: Person, newcomer: () => Person) => {
    while (!state.isOver) {
      const target = newcomer()
      try {
        const { nonce } = await person.askForNonce()
        const { status } = await target.redeem(nonce)
        if (status !== 303) note('a hand-off', status)
        else if (!(await target.session())) note('a hand-off', 'nobody is signed in')
        state.handOffs++
      } catch (error) {
        note('a hand-off', error)
      }
      await sleep(betweenHandOffs)
    }
  }
  const running = people.flatMap(({ person, newcomer }) => [calling(person), handingOver(person, newcomer)])
  return {
    state,
    async stop() {
      state.isOver = true
      await Promise.all(running)
      return state
    },
  }
}
