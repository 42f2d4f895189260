import { wordsFor } from './failure.ts'

type View = 'loading' | 'signed-out' | 'signed-in' | 'unknown'

/** Shows one of the views, and hides what was said about the one before. */
export function show(view: View): void {
  for (const section of document.querySelectorAll('section')) section.hidden = section.id !== view
  say('failure', '')
  say('answer', '')
}

/** Says something in the element with this id. */
export function say(id: 'name' | 'answer' | 'failure', text: string): void {
  element(id).textContent = text
}

/** Does something at a press; the button waits meanwhile, and a failure is said in words. */
export function onPress(id: string, act: () => Promise<unknown>): void {
  const button = element(id) as HTMLButtonElement
  button.addEventListener('click', async () => {
    button.disabled = true
    say('failure', '')
    try {
      await act()
    } catch (error) {
      say('failure', wordsFor(error))
    } finally {
      button.disabled = false
    }
  })
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no element ${id}`)
  return found
}
