import { BatonWebView } from '@baton/react-native'
import { Alert, Linking, View } from 'react-native'
import { SafeAreaView } from 'react-native-safe-area-context'
import { ActionButton } from './action-button.tsx'
import { batonUrl, targetUrl } from './baton.ts'
import { useColors } from './colors.ts'
import { webViewOrigins } from './web-view-origins.ts'

const origins = webViewOrigins(batonUrl, targetUrl)

/** A web view of an application that knows the person of this app, with no press of any button. */
export function TargetScreen({ target, close }: { target: string; close: () => void }) {
  const { paper } = useColors()
  return (
    <SafeAreaView style={{ flex: 1, backgroundColor: paper }}>
      <View style={{ alignItems: 'flex-start' }}>
        <ActionButton quiet title="Close" act={close} />
      </View>
      <BatonWebView
        target={target}
        onShouldStartLoadWithRequest={({ url, isTopFrame }) => {
          if (!isTopFrame || origins.has(url)) return true
          if (/^https?:/i.test(url)) Linking.openURL(url).catch(() => Alert.alert('No browser has opened.'))
          return false
        }}
      />
    </SafeAreaView>
  )
}
