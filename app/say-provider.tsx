'use client'

import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { type Messages, type Say, sayIn } from '#lib/languages/say.ts'
import type { BrowserMessages } from './browser-messages.ts'

const Context = createContext<Say | undefined>(undefined)

type Props = { language: string; messages: BrowserMessages; children: ReactNode }

/** Gives the parts of a page that run in the browser what says things in its language. */
export function SayProvider({ language, messages, children }: Props) {
  const say = useMemo(() => sayIn(language, messages as Messages), [language, messages])
  return <Context value={say}>{children}</Context>
}

/** What says things in the language of the page, in a part that runs in the browser. */
export function useSay(): Say {
  const say = useContext(Context)
  if (!say) throw new Error('there is no SayProvider around this part')
  return say
}
