import type { ReactNode } from 'react'
import { ScrollView, StyleSheet } from 'react-native'
import { SafeAreaView } from 'react-native-safe-area-context'
import { useColors } from './colors.ts'

/** One column in the middle, which scrolls where letters are large or the screen is small. */
export function Screen({ children }: { children: ReactNode }) {
  const { paper } = useColors()
  return (
    <SafeAreaView style={[styles.whole, { backgroundColor: paper }]}>
      <ScrollView contentContainerStyle={styles.column}>{children}</ScrollView>
    </SafeAreaView>
  )
}

const styles = StyleSheet.create({
  whole: { flex: 1 },
  column: {
    flexGrow: 1,
    justifyContent: 'center',
    alignSelf: 'center',
    width: '100%',
    maxWidth: 420,
    padding: 24,
    gap: 12,
  },
})
