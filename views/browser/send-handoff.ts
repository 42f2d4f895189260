const verifierKey = 'baton.verifier'

/**
 * Prepares the form that spends a nonce: nonce and verifier leave the address bar, the verifier comes out of
 * the fragment, and the form sends itself where the person need not be asked.
 */
export function sendHandoff(form: HTMLFormElement): void {
  const address = form.getAttribute('action') ?? ''
  const about = form.querySelector<HTMLInputElement>('[name=nonce]')?.value ?? address
  const verifier = verifierOf(about)
  history.replaceState(null, '', address)
  const question = form.querySelector('[data-verifier]')
  if (question && verifier) question.replaceWith(hidden('verifier', verifier))
  sendOnce(form)
  if (form.dataset.sendsItself && (!question || verifier)) form.requestSubmit()
}

function verifierOf(about: string): string | undefined {
  const fromFragment = new URLSearchParams(location.hash.slice(1)).get('verifier')
  // Kept in this tab alone, for a reload or a second attempt; it is worthless once the nonce is spent.
  if (fromFragment) sessionStorage.setItem(verifierKey, JSON.stringify({ about, verifier: fromFragment }))
  const kept = JSON.parse(sessionStorage.getItem(verifierKey) ?? 'null')
  return fromFragment ?? (kept?.about === about ? kept.verifier : undefined)
}

function hidden(name: string, value: string): HTMLInputElement {
  return Object.assign(document.createElement('input'), { type: 'hidden', name, value })
}

/** A second press would cancel the first answer, and with it the session that it brings. */
function sendOnce(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLElement>('[data-sending]')
  let isSending = false
  form.addEventListener('submit', (event) => {
    if (isSending) event.preventDefault()
    isSending = true
    button?.setAttribute('aria-disabled', 'true')
    if (button) button.textContent = button.dataset.sending ?? ''
  })
}
