import type { Check } from '../check.ts'
import { must } from '../verdict.ts'

/** Nonces beyond the limit that are asked for before the kit believes that there is none. */
const beyond = 10

export const limits: Check[] = [
  {
    name: 'limit-nonces',
    says: 'beyond the limit a source gets 429 slow_down, and is told when to come again',
    standard: 'RFC 6585, 4; RFC 6819, 4.4.1.11',
    isLast: true,
    async run(kit) {
      for (let asked = 0; asked < kit.options.nonceLimit + beyond; asked++) {
        const answer = await kit.post({}, { isHasty: true })
        if (answer.status === 200) continue
        must(answer.status === 429, `nonce ${asked + 1} is answered ${answer.status}, not 429`)
        must(answer.json().error === 'slow_down', `429 says ${answer.json().error}, not slow_down`)
        const seconds = Number(answer.headers['retry-after'])
        must(seconds > 0, `Retry-After is ${answer.headers['retry-after'] ?? 'absent'}`)
        return
      }
      must(
        false,
        `one source got ${kit.options.nonceLimit + beyond} nonces in a row; see limits.nonces, --nonce-limit`,
      )
    },
  },
]
