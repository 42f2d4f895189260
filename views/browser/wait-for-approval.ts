import { waitingLine } from './waiting-line.ts'

const every = 2000

/**
 * Asks again and again whether the source has approved this browser, and goes on once it has.
 */
export function waitForApproval(form: HTMLFormElement): void {
  const { show } = waitingLine(form)
  let isOver = false
  const ask = async () => {
    if (document.hidden || isOver) return
    const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]))
    try {
      const answer = await fetch(form.getAttribute('action') ?? '', {
        method: 'POST',
        body,
        redirect: 'manual',
      })
      if (isOver) return
      show(answer.status >= 500)
      if (answer.status === 202 || answer.status >= 500) return
      isOver = true
      // The form itself goes on, and gets the same answer: its nonce is not the only one in this browser.
      form.submit()
    } catch {
      show(true)
    }
  }
  setInterval(ask, every)
}
