import { BatonWebView } from '@baton/react-native'
import { View } from 'react-native'
import { SafeAreaView } from 'react-native-safe-area-context'
import { ActionButton } from './action-button.tsx'
import { useColors } from './colors.ts'

/** A web view of an application that knows the person of this app, with no press of any button. */
export function TargetScreen({ target, close }: { target: string; close: () => void }) {
  const { paper } = useColors()
  return (
    <SafeAreaView style={{ flex: 1, backgroundColor: paper }}>
      <View style={{ alignItems: 'flex-start' }}>
        <ActionButton quiet title="Close" act={close} />
      </View>
      <BatonWebView target={target} />
    </SafeAreaView>
  )
}
