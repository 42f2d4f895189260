/** Counts the seconds down while somebody looks, and goes to the address then. */
export function tryAgain(line: HTMLElement): void {
  const { again = '/', over = '' } = line.dataset
  const count = line.querySelector<HTMLElement>('[data-left]')
  const { format } = new Intl.NumberFormat(document.documentElement.lang)
  let rest = Number(count?.dataset.left)
  const timer = setInterval(() => {
    if (document.hidden) return
    rest -= 1
    if (rest > 0) {
      if (count) count.textContent = format(rest)
      return
    }
    line.textContent = over
    clearInterval(timer)
    location.replace(again)
  }, 1000)
}
