import { expect } from 'vitest'

type Answer = Pick<Response, 'status' | 'headers' | 'text'>

/** Takes an answer for Baton's one form of error: JSON of two members that no cache keeps. */
export async function expectRefusal(answer: Answer, status: number, error: string): Promise<void> {
  const text = await answer.text()
  expect({ status: answer.status, text }).toEqual({ status, text: expect.stringContaining(error) })
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(JSON.parse(text)).toEqual({ error, error_description: expect.stringMatching(/\S/) })
}
