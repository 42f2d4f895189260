import type { BlockList } from 'node:net'
import Bowser from 'bowser'
import { clientAddress } from '#lib/http/client-address.ts'
import type { Device } from '#lib/sessions/device.ts'
import type { Caller } from './caller.ts'

/** Characters of a `User-Agent` that are looked at. */
const longest = 512

// Of anything that it does not know, the library takes a name out of the header itself, which would let a
// stranger write on other people's pages.
const browsers = new Set<string>(Object.values(Bowser.BROWSER_MAP))
const systems = new Set<string>(Object.values(Bowser.OS_MAP))

/** What a call comes from: browser and system by its `User-Agent`, and its address. */
export function deviceOf({ peer = '', header }: Pick<Caller, 'peer' | 'header'>, trusted: BlockList): Device {
  const agent = header('user-agent')?.slice(0, longest)
  const { browser, os } = agent ? Bowser.parse(agent) : { browser: {}, os: {} }
  const from = clientAddress({
    peer,
    forwardedFor: header('x-forwarded-for'),
    forwarded: header('forwarded'),
    trusted,
  })
  return {
    browser: known(browser.name, browsers),
    system: known(os.name, systems),
    address: from.address ?? null,
    isTold: from.isTold,
    isDoubtful: from.isDoubtful,
  }
}

function known(name: string | undefined, names: Set<string>): string | null {
  return name !== undefined && names.has(name) ? name : null
}
