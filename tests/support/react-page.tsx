import { createClient } from '@baton/client'
import { BatonProvider, HandOffButton, SignedIn, SignedOut, useBackend, useSession } from '@baton/react'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

// The page of an application that uses `@baton/react`, for `tests/e2e/react.test.ts`. At an origin of its own
// it says where Baton and the identity provider are, and uses a client; without, it is at Baton's origin.
const root = document.getElementById('root') as HTMLElement
const { baton, issuer } = root.dataset

const client =
  baton && issuer
    ? createClient({
        batonUrl: baton,
        clientId: 'demo-phone',
        identityProvider: {
          issuer,
          clientId: 'demo-phone',
          redirectUri: `${location.origin}/callback`,
          scope: 'openid profile email api',
        },
        storage: {
          get: (key) => sessionStorage.getItem(key),
          set: (key, value) => sessionStorage.setItem(key, value),
          remove: (key) => sessionStorage.removeItem(key),
        },
      })
    : undefined

function Page() {
  const { status, signIn, signOut } = useSession()
  return (
    <>
      <p role="status">{status}</p>
      <SignedOut>
        <button type="button" onClick={() => signIn()}>
          Sign in
        </button>
      </SignedOut>
      <SignedIn>
        {({ user }) => (
          <>
            <h1>{user.name}</h1>
            <Greeting />
            <HandOffButton>Open Baton</HandOffButton>
            <HandOffButton target="demo-web">Open the application</HandOffButton>
            <HandOffButton target="demo-web" approval>
              Open it after a yes
            </HandOffButton>
            <button type="button" onClick={() => signOut()}>
              Sign out
            </button>
          </>
        )}
      </SignedIn>
    </>
  )
}

function Greeting() {
  const callDemo = useBackend('demo')
  const [greeting, setGreeting] = useState('')
  const greet = async () => {
    const response = await callDemo('/api/authenticated/greeting')
    setGreeting((await response.json()).greeting)
  }
  return (
    <>
      <button type="button" onClick={greet}>
        Greet
      </button>
      <p>{greeting}</p>
    </>
  )
}

if (client && location.pathname === '/callback') {
  await client.finishSignIn(location.href)
  history.replaceState(null, '', '/app')
}
createRoot(root).render(
  <StrictMode>
    <BatonProvider client={client}>
      <Page />
    </BatonProvider>
  </StrictMode>,
)
