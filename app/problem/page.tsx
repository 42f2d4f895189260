import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { problemWords } from '#components/problem-words.ts'
import { Reference } from '#components/reference.tsx'
import { runtime } from '#lib/runtime.ts'
import { CleanAddress } from '../clean-address.tsx'
import { TryAgain } from './try-again.tsx'

export const metadata: Metadata = { title: 'Problem' }

/** Tells a person what went wrong, as an endpoint found it. */
export default function ProblemPage() {
  const problem = runtime().problem.getStore()
  if (!problem) notFound()
  const { status, description, retryAfter, again, requestId } = problem
  const { title, text, mayRepeat } = problemWords(problem)
  return (
    <SinglePanel title={title}>
      {/* The nonce goes on in the link alone. */}
      {secretIn(again) && <CleanAddress path={pathOf(again)} />}
      <p className="text-soft">{text}</p>
      {status < 500 && <p className="text-soft text-sm first-letter:uppercase">{description}.</p>}
      <Reference id={requestId} />
      {mayRepeat && <LinkButton href={again}>Try again</LinkButton>}
      {mayRepeat && retryAfter !== undefined && <TryAgain at={again} seconds={retryAfter} />}
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}

function secretIn(address: string): boolean {
  return /[?&](nonce|login_hint_token)=/.test(address)
}

function pathOf(address: string): string {
  return address.replace(/\?.*/s, '')
}
