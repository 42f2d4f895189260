/** Whether a text has these lines in one place; `…` stands for anything, also for whole lines. */
export function isShown(expected: string, text: string): boolean {
  const pattern = expected.split('…').map(RegExp.escape).join('[\\s\\S]*?')
  return new RegExp(pattern).test(text)
}

/** Whether two values of JSON are equal; `…` in an expected string stands for anything. */
export function isSame(expected: unknown, value: unknown): boolean {
  if (typeof expected === 'string' && typeof value === 'string')
    return new RegExp(`^${expected.split('…').map(RegExp.escape).join('.*')}$`, 's').test(value)
  if (!isObject(expected) || !isObject(value)) return expected === value
  const [keys, others] = [Object.keys(expected), Object.keys(value)]
  return keys.length === others.length && keys.every((key) => isSame(expected[key], value[key]))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
