import { useSession } from '@baton/react'
import { ActionButton } from './action-button.tsx'
import { Screen } from './screen.tsx'
import { Paragraph, Title } from './words.tsx'

export function SignedOutScreen() {
  const { signIn } = useSession()
  return (
    <Screen>
      <Title>Welcome</Title>
      <Paragraph>Sign in once. The web application that you open from here knows you already.</Paragraph>
      <ActionButton first title="Sign in" act={() => signIn()} />
    </Screen>
  )
}
