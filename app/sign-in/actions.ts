'use server'

import { redirect } from 'next/navigation'
import { signIn } from '#auth'

/**
 * Starts the sign-in at a provider; where that fails, as when the provider is down, leads back with an
 * explanation.
 */
export async function signInWith(provider: string, callbackUrl: string, again: boolean): Promise<void> {
  const options = { redirectTo: callbackUrl, redirect: false } as const
  // `again`: an application wants to be sure who is there now (OpenID Connect Core 1.0, section 3.1.2.1).
  const next: string = await signIn(provider, options, again ? { prompt: 'login' } : {})
  const failed = new URL(next).pathname === '/error'
  redirect(failed ? `/sign-in?${new URLSearchParams({ error: 'CannotStart', callbackUrl })}` : next)
}
