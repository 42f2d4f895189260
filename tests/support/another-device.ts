import type { Person } from './person.ts'

/** Has a browser ask to be signed in by another device; gives its user code. */
export async function askAsBrowser(browser: Person, callbackUrl = '/'): Promise<string> {
  const body = new URLSearchParams({ callbackUrl })
  const answer = await browser.ownPage('/sign-in/another-device', { method: 'POST', body })
  if (answer.status !== 303) throw new Error(`no code: ${answer.status} ${await answer.text()}`)
  return codeOn(browser)
}

/** The user code on the page of a browser that waits. */
export async function codeOn(browser: Person): Promise<string> {
  const html = await (await browser.request('/sign-in/another-device')).text()
  return /[B-Z]{4}-[B-Z]{4}/.exec(html)?.[0] ?? ''
}

/** How far the request of a browser has come, as its page asks. */
export async function stateOf(browser: Person): Promise<string> {
  return (await (await browser.ownPage('/sign-in/another-device/state')).json()).state
}

/** Opens a user code as a signed-in person does; gives the page. */
export async function openCode(person: Person, code: string): Promise<string> {
  return (await person.request(`/device?user_code=${code}`)).text()
}

/** Opens a code and sends the form of its page. */
export async function answerCode(person: Person, form: Record<string, string>): Promise<Response> {
  const csrf_token = tokenOn(await openCode(person, form.user_code ?? ''))
  return person.ownPage('/device', { method: 'POST', body: new URLSearchParams({ csrf_token, ...form }) })
}

/** The token of the form of such a page; empty where it has none. */
export function tokenOn(html: string): string {
  return /name="csrf_token" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

/** Opens the code of a browser that waits, and approves it with the number that it shows. */
export async function approveBrowser(person: Person, browser: Person, code: string): Promise<Response> {
  await openCode(person, code)
  return answerCode(person, { user_code: code, approve: 'yes', number: await numberOn(browser) })
}

/** The number on the page of a browser whose code somebody has opened. */
export async function numberOn(browser: Person): Promise<string> {
  return digitsIn(await (await browser.request('/sign-in/another-device')).text()) ?? ''
}

/** The two digits that a page shows to its person. */
export function digitsIn(html: string): string | undefined {
  return /The number is <\/span>(?:<!-- -->)?(\d\d)</.exec(html)?.[1]
}
