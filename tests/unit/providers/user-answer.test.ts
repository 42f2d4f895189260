import { expect, test } from 'vitest'
import { askedByOwnCode, readUserAnswer } from '#lib/providers/user-answer.ts'

test("a type's own code is not waited for once its time is over, even before it begins", async () => {
  const over = AbortSignal.abort(new Error('the time is over'))
  const asked = askedByOwnCode(
    { url: 'https://op.example/me', provider: 'op' },
    () => new Promise(() => {}),
    over,
  )
  await expect(asked).rejects.toThrow('the time is over')
})

test.for([
  ['an error', () => Response.json({}, { status: 500 })],
  ['no object', () => Response.json([])],
] as const)('the message about %s has no query of the address, where tokens stand', async ([, answer]) => {
  const read = readUserAnswer(answer(), 'https://op.example/me?access_token=secret')
  await expect(read).rejects.toThrow(/^https:\/\/op\.example\/me answers (?!.*secret)/)
})
