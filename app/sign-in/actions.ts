'use server'

import { redirect } from 'next/navigation'
import { signIn } from '#auth'
import { providerOf } from '#lib/config/provider-of.ts'
import { promptAgain } from '#lib/providers/prompt-again.ts'
import { runtime } from '#lib/runtime.ts'

/**
 * Starts the sign-in at a provider; where that fails, as when the provider is down, leads back with an
 * explanation.
 */
export async function signInWith(id: string, callbackUrl: string, again: boolean): Promise<void> {
  const options = { redirectTo: callbackUrl, redirect: false } as const
  // `again`: an application wants to be sure who is there now.
  const provider = again ? providerOf(id, runtime().config) : undefined
  const next: string = await signIn(id, options, provider ? { prompt: promptAgain(provider) } : {})
  const failed = new URL(next).pathname === '/error'
  redirect(failed ? `/sign-in?${new URLSearchParams({ error: 'CannotStart', callbackUrl })}` : next)
}
