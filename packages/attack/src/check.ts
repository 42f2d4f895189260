import type { Kit } from './kit.ts'

/** One attack. `run` returns when the server withstands it. */
export type Check = {
  name: string
  /** What is true where the check passes. */
  says: string
  /** The standard that asks for it, with its section. */
  standard: string
  /** Whether it uses up what other checks need, and so has to come last. */
  isLast?: boolean
  /**
   * @throws {Failed} where the server does not withstand the attack.
   * @throws {Skipped} where the attack cannot be tried.
   */
  run(kit: Kit): Promise<void>
}
