import { useBackend } from '@baton/react'
import { useState } from 'react'
import { Modal } from 'react-native'
import { SafeAreaProvider } from 'react-native-safe-area-context'
import { ActionButton } from './action-button.tsx'
import { target } from './baton.ts'
import { Screen } from './screen.tsx'
// Without an extension: Metro takes the file of the platform.
import { TargetScreen } from './target-screen'
import { Paragraph, Title } from './words.tsx'

type Props = { name: string; signOut: () => Promise<void> }

export function SignedInScreen({ name, signOut }: Props) {
  const callBackend = useBackend('demo')
  const [answer, setAnswer] = useState<string>()
  const [opened, setOpened] = useState(false)

  async function call() {
    const response = await callBackend('/api/authenticated/greeting')
    if (!response.ok) throw new Error(`the backend answered ${response.status}`)
    setAnswer((await response.json()).greeting)
  }

  return (
    <Screen>
      <Title>Hello, {name}</Title>
      <ActionButton first title="Open the web application" act={() => setOpened(true)} />
      <ActionButton title="Call the backend" act={call} />
      {answer && <Paragraph>{answer}</Paragraph>}
      <ActionButton quiet title="Sign out" act={signOut} />
      <Modal animationType="slide" visible={opened} onRequestClose={() => setOpened(false)}>
        <SafeAreaProvider>
          <TargetScreen target={target} close={() => setOpened(false)} />
        </SafeAreaProvider>
      </Modal>
    </Screen>
  )
}
