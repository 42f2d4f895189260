/** A value that is there already, or comes later. */
export type MaybeLater<Value> = Value | Promise<Value>

/**
 * Goes on with a value: at once where it is there, so that what usually is in memory costs no promise. Throws
 * what `next` throws; a value that fails to come rejects.
 */
export function whenThere<Value, Result>(
  value: MaybeLater<Value>,
  next: (value: Value) => MaybeLater<Result>,
): MaybeLater<Result> {
  return value instanceof Promise ? value.then(next) : next(value)
}
