const began = performance.now()

/** Prints what is going on to stderr, with the seconds since the start. */
export function say(text: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(5)
  process.stderr.write(`${seconds} s  ${text}\n`)
}
