import { useState } from 'react'
import { Pressable, Text } from 'react-native'
import { button, letters, type Rank, useButtonColors } from './button-look.ts'
import { Failure } from './words.tsx'
import { wordsFor } from './words-for.ts'

type Props = Rank & { title: string; act: () => unknown }

/** A button that waits while it is at work, and says below it what went wrong. */
export function ActionButton({ title, act, ...rank }: Props) {
  const { color, ...colors } = useButtonColors(rank)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()

  async function press() {
    setBusy(true)
    setFailure(undefined)
    try {
      await act()
    } catch (error) {
      setFailure(wordsFor(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Pressable
        role="button"
        aria-busy={busy}
        disabled={busy}
        onPress={press}
        style={({ pressed }) => [button, colors, (pressed || busy) && faint]}
      >
        <Text style={[letters, { color }]}>{title}</Text>
      </Pressable>
      {failure && <Failure>{failure}</Failure>}
    </>
  )
}

const faint = { opacity: 0.6 }
