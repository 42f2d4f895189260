'use server'

import { redirect } from 'next/navigation'
import { AuthError } from 'next-auth'
import { signIn } from '#auth'

/** Starts the sign-in at a provider; a provider that cannot be reached leads back with an explanation. */
export async function signInWith(provider: string, callbackUrl: string): Promise<void> {
  try {
    await signIn(provider, { redirectTo: callbackUrl })
  } catch (error) {
    if (!(error instanceof AuthError)) throw error
    redirect(`/sign-in?${new URLSearchParams({ error: 'ProviderUnreachable', callbackUrl })}`)
  }
}
