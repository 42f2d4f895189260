import { waitingLine } from './waiting-line.ts'

const every = 3_000
/** Milliseconds within which the first event has to come: something in between may hold events back. */
const patience = 5_000
/** The same of each further one: the server sends one at least each quarter of a minute. */
const longestSilence = 40_000

/**
 * Loads the page anew once the request of this browser has come further than the page shows. It learns of
 * that by events, and where none come by asking again and again.
 */
export function waitForDevice(place: HTMLElement): void {
  const { device: shown, events = '', state = '' } = place.dataset
  const { show } = waitingLine(place)
  let isOver = false
  const take = (now: string) => {
    show(false)
    if (isOver || now === shown) return
    isOver = true
    location.reload()
  }

  const source = new EventSource(events)
  let isPolling = false
  const ask = async () => {
    if (document.hidden || isOver) return
    try {
      const answer = await fetch(state)
      if (answer.ok) take((await answer.json()).state)
      else show(answer.status >= 500)
    } catch {
      show(true)
    }
  }
  const poll = () => {
    source.close()
    if (!isPolling) setInterval(ask, every)
    isPolling = true
  }
  let tooLate = setTimeout(poll, patience)
  let isHeard = false
  source.addEventListener('message', ({ data }) => {
    isHeard = true
    clearTimeout(tooLate)
    tooLate = setTimeout(poll, longestSilence)
    take(data)
  })
  source.addEventListener('error', () => {
    // Refused, and not only broken off: the browser does not try again, or in vain.
    if (source.readyState === EventSource.CLOSED || !isHeard) poll()
    else show(true)
  })
  source.addEventListener('open', () => show(false))
}

/** Asks for a new code in place of one that has expired, while somebody looks. */
export function renewCode(form: HTMLFormElement): void {
  const renew = () => {
    if (document.hidden) return
    document.removeEventListener('visibilitychange', renew)
    form.requestSubmit()
  }
  document.addEventListener('visibilitychange', renew)
  renew()
}
