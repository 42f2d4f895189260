'use client'

import { useEffect, useRef, useState } from 'react'
import { Button } from '#components/button.tsx'
import { CancelButton } from './cancel-button.tsx'
import { Fields } from './fields.tsx'

const every = 2000

/**
 * Asks again and again whether the source has approved this browser, and goes on once it has. Without
 * JavaScript the person presses the button.
 */
export function WaitingForm({ action, fields }: { action: string; fields: Record<string, string> }) {
  const form = useRef<HTMLFormElement>(null)
  const [failed, setFailed] = useState(false)

  useEffect(() => {
    let over = false
    const ask = async () => {
      if (document.hidden || !form.current) return
      const body = new URLSearchParams([...new FormData(form.current)].map(([k, v]) => [k, String(v)]))
      try {
        const answer = await fetch(action, { method: 'POST', body, redirect: 'manual' })
        if (over) return
        setFailed(answer.status >= 500)
        if (answer.status === 202 || answer.status >= 500) return
        over = true
        // The form itself goes on, and gets the same answer: its nonce is not the only one in this browser.
        form.current?.submit()
      } catch {
        if (!over) setFailed(true)
      }
    }
    const timer = setInterval(ask, every)
    return () => {
      over = true
      clearInterval(timer)
    }
  }, [action])

  return (
    <form ref={form} method="post" action={action} className="flex flex-col gap-4">
      <Fields fields={fields} />
      <p role="status" className={failed ? 'text-bad' : 'text-soft'}>
        {failed ? 'There was no answer. Trying again …' : 'This page goes on by itself.'}
      </p>
      <noscript>
        <Button type="submit" className="w-full">
          Go on
        </Button>
      </noscript>
      <CancelButton label="Cancel" />
    </form>
  )
}
