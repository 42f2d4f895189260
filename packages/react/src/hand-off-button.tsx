import type { BatonError } from '@baton/client'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { openTab } from './new-tab.ts'
import { type UseHandOffOptions, useHandOff } from './use-hand-off.ts'

export type HandOffButtonProps = ComponentProps<'button'> &
  Pick<UseHandOffOptions, 'path'> & {
    /** The client id of an application. Default: Baton itself. */
    target?: string
    /** What is said when it did not work. Default: a sentence in English. */
    renderError?: (error: BatonError) => ReactNode
  }

/**
 * A button that opens a target in a new tab, signed in as the person of this page after they have continued
 * there. All other properties are those of a `<button>`; an `onClick` that prevents the default stops it.
 */
export function HandOffButton({
  target,
  path,
  renderError = wordsFor,
  onClick,
  ...props
}: HandOffButtonProps) {
  const { status, error, start } = useHandOff(target, { path })

  const open = async (event: MouseEvent<HTMLButtonElement>) => {
    onClick?.(event)
    if (event.defaultPrevented) return
    const tab = openTab()
    const handOff = await start()
    if (handOff) tab.go(handOff.url)
    else tab.close()
  }

  return (
    <>
      <button type="button" {...props} aria-busy={status === 'pending'} onClick={open} />
      {/* There from the beginning: many screen readers ignore a live region that appears full. */}
      <span role="status">{error && renderError(error)}</span>
    </>
  )
}

function wordsFor({ code }: BatonError): string {
  if (code === 'signed_out') return 'Your session has ended. Sign in again, then try once more.'
  if (code === 'network') return 'There was no answer. Check your connection and try again.'
  if (code === 'refused') return 'You cannot be handed over to that application from here.'
  return 'That did not work just now. Try again in a moment.'
}
