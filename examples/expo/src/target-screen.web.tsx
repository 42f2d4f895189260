import { HandOffButton } from '@baton/react'
import { ActionButton } from './action-button.tsx'
import { button, letters, useButtonColors } from './button-look.ts'
import { Screen } from './screen.tsx'
import { Failure, Paragraph, Title } from './words.tsx'
import { wordsFor } from './words-for.ts'

// What react-native-web takes for the system's font. A button of a page has another one.
const fontFamily = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, Helvetica, Arial, sans-serif'

/**
 * The same in a browser, which has no web view: no page can send a header with a frame's first load, and
 * Baton refuses to be framed. The application opens in a new tab, where the person presses Continue.
 */
export function TargetScreen({ target, close }: { target: string; close: () => void }) {
  const colors = useButtonColors({ first: true })
  return (
    <Screen>
      <Title>The web application</Title>
      <Paragraph>In an app it is shown here. A browser shows it in a new tab.</Paragraph>
      <HandOffButton
        target={target}
        style={{ ...button, ...letters, ...colors, fontFamily, cursor: 'pointer' }}
        renderError={(error) => <Failure>{wordsFor(error)}</Failure>}
      >
        Open in a new tab
      </HandOffButton>
      <ActionButton quiet title="Close" act={close} />
    </Screen>
  )
}
