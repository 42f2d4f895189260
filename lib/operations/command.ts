import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'

/** What commands work on: the database of an instance, in its process or in one of their own. */
export type CommandNeeds = { db: Database; config: Config }

/** The command's arguments are wrong; `message` is a plain sentence that says what to do. */
export class WrongUse extends Error {}

/** A command of the operator. */
export type Command = {
  /** What it does, in one line. */
  summary: string
  /** Its arguments, as the help shows them. */
  usage: string
  /** Reads its arguments; the result runs it with them. Throws `WrongUse`. */
  read(args: string[]): Run
}

/** Does what a command is for, and yields what it prints, piece by piece. */
export type Run = (needs: CommandNeeds) => AsyncGenerator<string>
