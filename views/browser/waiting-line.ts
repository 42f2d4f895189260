/** The line of a page that waits: what `show` says is whether the last question got no answer. */
export function waitingLine(place: ParentNode): { show(failed: boolean): void } {
  const status = place.querySelector<HTMLElement>('[data-failed]')
  const waiting = status?.textContent ?? ''
  return {
    show(failed) {
      const text = failed ? status?.dataset.failed : waiting
      // The same words once more would be read out once more.
      if (!status || status.textContent === text) return
      status.textContent = text ?? ''
      status.toggleAttribute('data-bad', failed)
    },
  }
}
