/**
 * Boots Baton where Next is the entry (`next start`) and not `server.ts`, which has booted by now. Node.js loads the same file as
 * there, beside Next's bundle.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { isProvided } = await import('#lib/runtime.ts')
    if (isProvided()) return
    const boot = `${process.cwd()}/lib/boot.ts`
    await (await import(/* turbopackIgnore: true */ boot)).boot()
  }
}
