import { ActivityIndicator } from 'react-native'
import { ActionButton } from './action-button.tsx'
import { useColors } from './colors.ts'
import { Screen } from './screen.tsx'
import { Paragraph, Title } from './words.tsx'

/** Until it is known who is signed in. */
export function LoadingScreen() {
  const { accent } = useColors()
  return (
    <Screen>
      <ActivityIndicator size="large" color={accent} accessibilityLabel="Loading" />
    </Screen>
  )
}

/** When Baton has never answered. */
export function NoAnswerScreen({ retry }: { retry: () => Promise<void> }) {
  return (
    <Screen>
      <Title>No answer</Title>
      <Paragraph>Baton cannot be reached. You stay signed in.</Paragraph>
      <ActionButton first title="Try again" act={retry} />
    </Screen>
  )
}
