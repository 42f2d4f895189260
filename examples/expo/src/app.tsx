import { BatonProvider, useSession } from '@baton/react'
import { SafeAreaProvider } from 'react-native-safe-area-context'
import { authorize } from './authorize.ts'
import { client } from './baton.ts'
import { SignedInScreen } from './signed-in-screen.tsx'
import { SignedOutScreen } from './signed-out-screen.tsx'
import { useRefreshOnReturn } from './use-refresh-on-return.ts'
import { useSignOut } from './use-sign-out.ts'
import { LoadingScreen, NoAnswerScreen } from './waiting-screens.tsx'

export function App() {
  return (
    <SafeAreaProvider>
      <BatonProvider client={client} authorize={authorize}>
        <Start />
      </BatonProvider>
    </SafeAreaProvider>
  )
}

function Start() {
  const { status, session, refresh } = useSession()
  const { signOut, failure } = useSignOut()
  useRefreshOnReturn(refresh)

  if (status === 'loading') return <LoadingScreen />
  if (status === 'error') return <NoAnswerScreen retry={refresh} />
  if (!session) return <SignedOutScreen failure={failure} />
  return <SignedInScreen name={session.user.name ?? session.user.id} signOut={signOut} />
}
