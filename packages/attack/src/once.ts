/** Makes a value when it is first wanted; everybody gets the same one, or the same refusal. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}
