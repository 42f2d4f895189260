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
