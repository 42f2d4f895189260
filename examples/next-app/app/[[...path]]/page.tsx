import { auth } from '@/auth'

/** What everybody sees at every path: who is signed in, and a way in or out. */
export default async function Home({ params, searchParams }: PageProps<'/[[...path]]'>) {
  const session = await auth()
  if (!session)
    return (
      <>
        <h1>Nobody is signed in</h1>
        {/* Not next/link, which would fetch it beforehand. */}
        <a href="/signin">Sign in with Baton</a>
      </>
    )

  const { path = [] } = await params
  const query = new URLSearchParams((await searchParams) as Record<string, string>)
  return (
    <>
      <h1>Signed in as {session.user?.name}</h1>
      <p>
        You are at <code>{`/${path.join('/')}?${query}`}</code>.
      </p>
      <p>
        How you signed in (<code>acr</code>): <code>{session.acr ?? 'not told'}</code>
      </p>
      <form method="post" action="/signout">
        <button type="submit">Sign out</button>
      </form>
    </>
  )
}
