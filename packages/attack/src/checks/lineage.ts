import { setTimeout as sleep } from 'node:timers/promises'
import type { Kit } from '../kit.ts'
import { type Browser, signsIn } from '../people/browser.ts'
import { Skipped } from '../verdict.ts'

/** Seconds within which every instance knows that a session has ended. */
export const known = 5

/** Whether the session of these cookies is over, after the time that instances have to learn of it. */
export async function isOver(kit: Kit, cookie: string): Promise<boolean> {
  const deadline = Date.now() + (known + 1) * 1000
  while (Date.now() < deadline) {
    if ((await newestSession(kit, cookie)) === null) return true
    await sleep(250)
  }
  return false
}

async function newestSession({ call }: Kit, cookie: string): Promise<unknown> {
  const { text } = await call('/api/auth/session', { headers: { cookie } })
  return JSON.parse(text)
}

/** Hands this session over to a browser of its own. Throws {@link Skipped}. */
export async function handOver(from: Browser, kit: Kit): Promise<Browser> {
  const { nonce, handoff_uri } = (await from.ownPage('/api/nonce', { method: 'POST', form: {} })).json()
  if (typeof nonce !== 'string') throw new Skipped('the session that may end cannot hand over')
  const child = kit.newcomer()
  const answer = await child.redeem({ nonce, uri: String(handoff_uri), expiresIn: 0 })
  if (!signsIn(answer)) throw new Skipped(`its hand-off does not work: ${answer.status}`)
  return child
}
