import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Asking } from './use-approval.ts'

/** The words of the question whether a browser may be signed in. */
export type QuestionWords = { question: ReactNode; yes: ReactNode; no: ReactNode }

type Props = {
  words: QuestionWords
  /** Takes the answer. Never rejects. */
  answer(approve: boolean): Promise<void>
}

/**
 * Asks the person whether the browser that asks may be signed in. It takes the focus when it appears, but to
 * neither button: a key that was meant for something else must not answer.
 */
export function HandOffQuestion({ words, answer }: Props) {
  const id = useId()
  const [isAnswering, setAnswering] = useState(false)
  const dialog = useRef<HTMLDivElement>(null)
  const before = useRef<Element>(null)
  // As it appears: no key gets in between.
  useLayoutEffect(() => {
    before.current ??= document.activeElement
    dialog.current?.focus()
  }, [])
  // Once it has gone: only then is the focus lost that was in it.
  useEffect(
    () => () => {
      const isLost = document.activeElement === document.body
      if (isLost && before.current instanceof HTMLElement) before.current.focus()
    },
    [],
  )

  const give = async (approve: boolean) => {
    if (isAnswering) return
    setAnswering(true)
    await answer(approve)
    setAnswering(false)
  }

  return (
    <div ref={dialog} role="alertdialog" aria-labelledby={id} tabIndex={-1}>
      <p id={id}>{words.question}</p>
      <button type="button" aria-disabled={isAnswering} onClick={() => give(false)}>
        {words.no}
      </button>
      <button type="button" aria-disabled={isAnswering} onClick={() => give(true)}>
        {words.yes}
      </button>
    </div>
  )
}

/** The words in English. */
export function questionOf({ number, askedBy }: Asking): QuestionWords {
  const { browser, system, address, sameNetwork = false } = askedBy ?? {}
  const name = [browser ?? 'A browser', ...(system ? [system] : [])].join(' on ')
  const place = address ? ` at ${address}` : ''
  const network = sameNetwork ? '' : ', in another network,'
  return {
    question: `${name}${place}${network} asks to be signed in as you. Does it show the number ${number}?`,
    yes: `Yes, it shows ${number}`,
    no: 'No',
  }
}
