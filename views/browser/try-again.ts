/** Counts the seconds down while somebody looks, and goes to the address then. */
export function tryAgain(line: HTMLElement): void {
  const { again = '/', seconds, left = '', over = '' } = line.dataset
  let rest = Number(seconds)
  const timer = setInterval(() => {
    if (document.hidden) return
    rest -= 1
    line.textContent = rest > 0 ? left.replace('%', String(rest)) : over
    if (rest > 0) return
    clearInterval(timer)
    location.replace(again)
  }, 1000)
}
