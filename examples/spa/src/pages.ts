import type { User } from 'oidc-client-ts'

/** Shows who is signed in, and a way in or out. */
export function showHome(user: User | null, signOut: () => void): void {
  if (!user) {
    show('Nobody is signed in', signInLink())
    return
  }
  const button = element('button', 'Sign out')
  button.addEventListener('click', signOut)
  show(
    `Signed in as ${user.profile.name ?? user.profile.sub}`,
    element('p', `You are at ${location.pathname}${location.search}.`),
    element('p', `How you signed in (acr): ${user.profile.acr ?? 'not told'}`),
    button,
  )
}

/** For a nonce that Baton refuses. */
export function showRefused(): void {
  show('This link no longer works', element('p', 'It was used before, or it is too old.'), signInLink())
}

/** For a sign-in that came to nothing: it was cancelled, or its answer was loaded a second time. */
export function showNotSignedIn(): void {
  show('You were not signed in', signInLink())
}

function show(title: string, ...content: Node[]): void {
  document.title = title
  document.body.replaceChildren(element('h1', title), ...content)
}

function signInLink(): HTMLAnchorElement {
  const link = element('a', 'Sign in with Baton')
  link.href = '/signin'
  return link
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, text: string) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}
