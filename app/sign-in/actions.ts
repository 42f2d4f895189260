'use server'

import { redirect } from 'next/navigation'
import { signIn } from '#auth'

/** Starts the sign-in at a provider; where that cannot start, as with a provider that is down, leads back with an explanation. */
export async function signInWith(provider: string, callbackUrl: string): Promise<void> {
  const next: string = await signIn(provider, { redirectTo: callbackUrl, redirect: false })
  const failed = new URL(next).pathname === '/error'
  redirect(failed ? `/sign-in?${new URLSearchParams({ error: 'CannotStart', callbackUrl })}` : next)
}
