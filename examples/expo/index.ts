import { registerRootComponent } from 'expo'
import { maybeCompleteAuthSession } from 'expo-web-browser'
import { App } from './src/app.tsx'

// On the web this page is the redirect URI as well: in the window of a sign-in, it tells the page that has
// opened the window, which closes it.
if (maybeCompleteAuthSession().type !== 'success') registerRootComponent(App)
