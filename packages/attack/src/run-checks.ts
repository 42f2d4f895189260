import type { Check } from './check.ts'
import { openKit } from './kit.ts'
import type { Options } from './options.ts'
import { WrongUse } from './options.ts'
import { requireAccounts } from './people/given-accounts.ts'
import { Failed, Skipped } from './verdict.ts'

/** What became of one check. */
export type Result = {
  check: string
  result: 'pass' | 'fail' | 'skipped'
  /** What is true where it passes, else what was found, or why it was not tried. */
  why: string
  standard: string
}

type Progress = {
  onCheck?: (name: string, index: number, count: number) => void
  onWait?: (seconds: number) => void
  /** Aborted, no further check begins. */
  signal?: AbortSignal
}

/**
 * Runs checks one after another, the last ones last, and ends the sessions that they began.
 *
 * @throws {WrongUse} where no Baton answers at the address, or an account that was given is no good there.
 */
export async function runChecks(
  checks: readonly Check[],
  options: Options,
  { onCheck, onWait, signal }: Progress = {},
): Promise<Result[]> {
  const kit = openKit(options, onWait)
  await requireBaton(kit)
  await requireAccounts(options, kit.call)
  const ordered = [...checks.filter(({ isLast }) => !isLast), ...checks.filter(({ isLast }) => isLast)]
  const results: Result[] = []
  try {
    for (const [index, check] of ordered.entries()) {
      if (signal?.aborted) break
      onCheck?.(check.name, index + 1, ordered.length)
      const { name, standard } = check
      results.push({ check: name, standard, ...(await outcomeOf(check, kit)) })
    }
  } finally {
    await kit.close()
  }
  return results
}

async function outcomeOf(
  check: Check,
  kit: ReturnType<typeof openKit>,
): Promise<Pick<Result, 'result' | 'why'>> {
  try {
    await check.run(kit)
    return { result: 'pass', why: check.says }
  } catch (error) {
    const why = (error as Error).message
    if (error instanceof Skipped) return { result: 'skipped', why }
    if (error instanceof Failed) return { result: 'fail', why }
    // A server that breaks off has not withstood.
    return { result: 'fail', why: `the attempt broke off: ${why}` }
  }
}

async function requireBaton({ call, url }: ReturnType<typeof openKit>): Promise<void> {
  const answer = await call('/oidc/.well-known/openid-configuration').catch((error: Error) => {
    throw new WrongUse(`nothing answers at ${url.origin}: ${error.message}`)
  })
  if (answer.status === 421 || answer.json().issuer !== `${url.origin}/oidc`)
    throw new WrongUse(`${url.origin} is not the BATON_URL of the server that answers there`)
}
