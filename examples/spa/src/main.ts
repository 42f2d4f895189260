import { begin, finish, signedIn, signOut } from './baton.ts'
import { showHome, showNotSignedIn, showRefused } from './pages.ts'

const url = new URL(location.href)
if (url.pathname === '/signin' || url.pathname === '/signin/baton') await begin(url)
else if (url.pathname === '/callback') {
  const end = await finish()
  if (end === 'link refused') showRefused()
  else if (end === 'not signed in') showNotSignedIn()
  else location.replace(end.target)
} else showHome(await signedIn(), signOut)
