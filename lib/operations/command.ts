import type { OpenDatabase } from '#lib/db/database.ts'
import type { EndingNeeds } from '#lib/sessions/end-session.ts'

/** What commands work on: the database of an instance, in its process or in one of their own. */
export type CommandNeeds = EndingNeeds & { database: Pick<OpenDatabase, 'migrate' | 'copyTo'> }

/** The command's arguments are wrong; `message` is a plain sentence that says what to do. */
export class WrongUse extends Error {
  /** More lines for people. */
  readonly help: string[]

  constructor(message: string, help: string[] = []) {
    super(message)
    this.help = help
  }
}

/** A command of the operator. */
export type Command = {
  /** What it does, in one line. */
  summary: string
  /** Its arguments, as the help shows them. */
  usage: string
  /** Reads its arguments. Throws `WrongUse`. */
  read(args: string[]): Task
}

/** What a command has to do for its arguments. */
export type Task = {
  /** Whether it changes something, and is finished or undone when whoever asked for it has left. */
  changes?: boolean
} & ({ run: Run; question?: string | undefined; takesPending?: boolean } | { here: Here })

/**
 * Does what a command is for on the database, in the process that has it, and yields what it prints, piece by
 * piece. Throws an error in a plain sentence. A `question` has to be answered with yes at a terminal before;
 * `takesPending` says that migrations may be pending.
 */
export type Run = (needs: CommandNeeds) => AsyncGenerator<string>

/**
 * Does it in the process that the operator has started, and yields what it prints. Returns whether it has
 * found a fault. Throws an error in a plain sentence. `leaving` says that the operator has broken it off.
 */
type Here = (leaving: AbortSignal) => AsyncGenerator<string, boolean>
