/** What is wrong with the standard output; the reader of a pipe may leave early, as `head` does. */
let fault: NodeJS.ErrnoException | undefined
let hasBegun = false
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

/** Prints a piece of a command's output, in the reader's pace; nothing once that cannot be written. */
export function print(piece: string): Promise<void> {
  hasBegun = true
  return new Promise((resolve) => {
    if (fault) return resolve()
    process.stdout.write(piece, (error) => {
      fault ??= error ?? undefined
      resolve()
    })
  })
}

/** Why nobody has the output: its reader has left (`EPIPE`), or the disk is full. */
export function outputFault(): string | undefined {
  return fault && (fault.code ?? fault.message)
}

type Failure = { message: string; faults: string[]; help: string[] }

/** Says how a command has failed: to programs on the standard output, where they have nothing yet. */
export async function printFailure({ message, faults, help }: Failure, args: string[]): Promise<void> {
  if (isForProgram(args) && !hasBegun)
    await print(`${JSON.stringify({ ok: false, error: message, faults })}\n`)
  else process.stderr.write(`${[message, ...faults.map((each) => `  - ${each}`), ...help].join('\n')}\n`)
}

// Of arguments that may be wrong in any way.
function isForProgram(args: string[]): boolean {
  const format = args[args.indexOf('--format') + 1]
  return args.some((arg) => /^--(json|format=jsonl?)$/.test(arg)) || /^jsonl?$/.test(format ?? '')
}
