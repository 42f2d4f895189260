import { useSession } from '@baton/react'
import { ActionButton } from './action-button.tsx'
import { Screen } from './screen.tsx'
import { Failure, Paragraph, Title } from './words.tsx'

/** `failure` is what went wrong with the last sign-out. */
export function SignedOutScreen({ failure }: { failure?: string }) {
  const { signIn } = useSession()
  return (
    <Screen>
      <Title>Welcome</Title>
      {failure && <Failure>{failure}</Failure>}
      <Paragraph>Sign in once. The web application that you open from here knows you already.</Paragraph>
      <ActionButton first title="Sign in" act={() => signIn()} />
    </Screen>
  )
}
