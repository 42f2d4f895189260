import type { BatonError } from '@baton/client'
import { type ComponentProps, type MouseEvent, type ReactNode, useState } from 'react'
import { HandOffQuestion, type QuestionWords, questionOf } from './hand-off-question.tsx'
import { openTab } from './new-tab.ts'
import type { Asking } from './use-approval.ts'
import { type UseHandOffOptions, useHandOff } from './use-hand-off.ts'

export type HandOffButtonProps = ComponentProps<'button'> &
  Pick<UseHandOffOptions, 'path' | 'approval'> & {
    /** The client id of an application. Default: Baton itself. */
    target?: string
    /** What is said when it did not work. Default: a sentence in English. */
    renderError?: (error: BatonError) => ReactNode
    /** What is asked where a hand-off has to be approved, and both answers. Default: in English. */
    renderQuestion?: (asking: Asking) => QuestionWords
  }

/**
 * A button that opens a target in a new tab, signed in as the person of this page after they have continued
 * there. Where Baton requires an approval, it asks for it beside the button. All other properties are those
 * of a `<button>`; an `onClick` that prevents the default stops it.
 */
export function HandOffButton({
  target,
  path,
  approval,
  renderError = wordsFor,
  renderQuestion = questionOf,
  onClick,
  ...props
}: HandOffButtonProps) {
  const { status, error, start, asking, answer } = useHandOff(target, { path, approval })
  const [unanswered, setUnanswered] = useState<BatonError>()

  const open = async (event: MouseEvent<HTMLButtonElement>) => {
    onClick?.(event)
    if (event.defaultPrevented) return
    const tab = openTab()
    setUnanswered(undefined)
    const handOff = await start()
    if (handOff) tab.go(handOff.url)
    else tab.close()
  }

  const give = (approve: boolean) => answer(approve).then(() => setUnanswered(undefined), setUnanswered)

  const failure = error ?? unanswered
  return (
    <>
      <button type="button" {...props} aria-busy={status === 'pending'} onClick={open} />
      {/* There from the beginning: many screen readers ignore a live region that appears full. */}
      <span role="status">{failure && renderError(failure)}</span>
      {asking && <HandOffQuestion key={asking.number} words={renderQuestion(asking)} answer={give} />}
    </>
  )
}

function wordsFor({ code }: BatonError): string {
  if (code === 'signed_out') return 'Your session has ended. Sign in again, then try once more.'
  if (code === 'network') return 'There was no answer. Check your connection and try again.'
  if (code === 'refused') return 'You cannot be handed over to that application from here.'
  return 'That did not work just now. Try again in a moment.'
}
