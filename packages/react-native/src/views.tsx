import type { BatonError } from '@baton/client'
import { ActivityIndicator, Pressable, StyleSheet, Text, View } from 'react-native'
import type { Failure } from './props.ts'

/** Shown while a link is on its way. */
export function WaitingView() {
  return (
    <View style={styles.whole}>
      <ActivityIndicator accessibilityLabel="Loading" />
    </View>
  )
}

/** Shown when there is no link. */
export function FailureView({ error, retry }: Failure) {
  return (
    <View style={styles.whole}>
      <Text accessibilityRole="alert">{wordsFor(error?.code)}</Text>
      <Pressable accessibilityRole="button" onPress={retry} style={styles.button}>
        <Text>Try again</Text>
      </Pressable>
    </View>
  )
}

function wordsFor(code: BatonError['code'] | undefined): string {
  if (code === 'network') return 'There was no answer. Check your connection and try again.'
  if (code === 'refused') return 'This page cannot be opened from here.'
  return 'That did not work just now. Try again in a moment.'
}

const styles = StyleSheet.create({
  whole: { flex: 1, alignItems: 'center', justifyContent: 'center', padding: 24, gap: 16 },
  button: { minHeight: 44, justifyContent: 'center', paddingHorizontal: 16 },
})
