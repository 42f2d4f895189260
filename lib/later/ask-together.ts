import { setImmediate as endOfTurn } from 'node:timers/promises'

/** Questions that are asked together. */
const most = 100

/**
 * Makes of a question about several keys one about one key: what comes in one turn of the event loop is asked
 * together, as many calls arrive in one when there are many. `ask` answers in the order of its keys, each of
 * which it gets once or several times.
 */
export function askTogether<Key, Answer>(
  ask: (keys: Key[]) => Promise<Answer[]>,
): (key: Key) => Promise<Answer> {
  let asked: { keys: Key[]; answers: Promise<Answer[]> } | undefined
  const begin = () => {
    const keys: Key[] = []
    const answers = endOfTurn().then(() => {
      if (asked?.keys === keys) asked = undefined
      return ask(keys)
    })
    return { keys, answers }
  }
  return async (key) => {
    if (asked === undefined || asked.keys.length >= most) asked = begin()
    const { keys, answers } = asked
    const place = keys.push(key) - 1
    return (await answers)[place] as Answer
  }
}

/** The same for questions to one of several, such as a database: those to each are asked together. */
export function askEachTogether<Asked extends object, Key, Answer>(
  ask: (asked: Asked, keys: Key[]) => Promise<Answer[]>,
): (asked: Asked, key: Key) => Promise<Answer> {
  const asks = new WeakMap<Asked, (key: Key) => Promise<Answer>>()
  return (asked, key) => {
    let one = asks.get(asked)
    if (!one) {
      one = askTogether((keys) => ask(asked, keys))
      asks.set(asked, one)
    }
    return one(key)
  }
}
