import type { CapacitorConfig } from '@capacitor/cli'

// The origin of the app is `capacitor://localhost` on iOS and `https://localhost` on Android. Both are under
// `origins` of the client at Baton; whoever changes the scheme or host here changes them there as well.
const config: CapacitorConfig = {
  appId: 'org.example.baton.capacitor',
  appName: 'Baton example',
  webDir: 'dist',
}

export default config
