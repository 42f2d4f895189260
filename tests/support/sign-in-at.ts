import type { Person } from './person.ts'
import type { FakeProvider } from './servers/fake-provider.ts'

/** How a provider sends a browser back: to this address, with a form where it posts one. */
type WayBack = { address: string; form?: URLSearchParams }

/** Begins a sign-in; gives the address at the provider that Baton sends the browser to. */
export async function beginSignIn(person: Person, id: string, callbackUrl = '/'): Promise<URL> {
  const { csrfToken } = (await (await person.request('/api/auth/csrf')).json()) as { csrfToken: string }
  const answer = await person.request(`/api/auth/signin/${id}`, {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, callbackUrl }),
  })
  return destinationOf(answer)
}

/** Goes to the provider, which lets its person in or refuses. */
export async function visit(provider: FakeProvider, address: URL): Promise<WayBack> {
  const answer = await provider.visit(address)
  const location = answer.headers.get('location')
  if (location) return { address: location }
  const page = await answer.text()
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1]
  if (!action) throw new Error(`the provider answers ${answer.status}: ${page}`)
  const fields = [...page.matchAll(/ name="([^"]+)" value="([^"]*)"/g)]
  return {
    address: unescaped(action),
    form: new URLSearchParams(fields.map(([, name = '', value = '']) => [name, unescaped(value)])),
  }
}

/** Comes back to Baton as the provider said; gives where Baton sends the browser then. */
export async function comeBack(person: Person, { address, form }: WayBack): Promise<URL> {
  let answer = await person.arrive(address, form)
  // Baton may ask itself once more, so that the browser sends the cookies that another site's form does not.
  while (isCallback(answer.headers.get('location')))
    answer = await person.arrive(answer.headers.get('location') ?? '')
  return destinationOf(answer)
}

/** A whole sign-in; gives where it ends. */
export async function signInAt(
  person: Person,
  provider: FakeProvider,
  id: string,
  callbackUrl?: string,
): Promise<URL> {
  return comeBack(person, await visit(provider, await beginSignIn(person, id, callbackUrl)))
}

function isCallback(location: string | null): boolean {
  return location !== null && new URL(location, 'http://baton').pathname.startsWith('/api/auth/callback/')
}

async function destinationOf(answer: Response): Promise<URL> {
  const location = answer.headers.get('location')
  if (!location) throw new Error(`${answer.url} answers ${answer.status}: ${await answer.text()}`)
  return new URL(location, answer.url)
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
