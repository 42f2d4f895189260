import type { Instrumentation } from 'next'

/**
 * Boots Baton where Next is the entry (`next start`); `server.ts` has booted by now. Node.js loads the same
 * file as there, beside Next's bundle.
 */
export async function register(): Promise<void> {
  // Not a setting: Next puts a constant here, and leaves the rest out of its edge bundle.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { isProvided } = await import('#lib/runtime.ts')
    if (isProvided()) return
    const boot = `${process.cwd()}/lib/boot.ts`
    await (await import(/* turbopackIgnore: true */ boot)).boot()
  }
}

/**
 * Logs a page that could not be rendered, under the id that the page shows as its reference. The address may
 * have a nonce in it, so the log gets the page's route.
 */
export const onRequestError: Instrumentation.onRequestError = async (error, _, { routePath }) => {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const [{ runtime }, { logFailure }] = await Promise.all([
      import('#lib/runtime.ts'),
      import('#lib/http/log-failure.ts'),
    ])
    logFailure(runtime().log, 'page.failed', { err: error, route: routePath })
  }
}
